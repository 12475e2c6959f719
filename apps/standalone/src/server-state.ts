import type { DispatchedRuns } from '@aml/dispatcher';
import type { EventLog } from '@aml/messaging';

/** What `aml server status` shows. */
export interface ServerStatus {
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  readonly database: string;
  readonly activeRuns: number;
  readonly startedAt: string;
  readonly idleStopSeconds: number;
  readonly home: string;
}

export interface ServerStateParts {
  readonly url: string;
  readonly version: string;
  /** For people: `embedded (pid 12, /var/lib/aml/database/data)` or the host of DATABASE_URL. */
  readonly database: () => string;
  readonly idleStopSeconds: number;
  readonly home: string;
  readonly events: EventLog;
  readonly stop: () => void;
}

/** The state of this process as its routes tell it. */
export class ServerState {
  private readonly startedAt = new Date().toISOString();
  private runs: DispatchedRuns | undefined;

  constructor(private readonly parts: ServerStateParts) {}

  get version(): string {
    return this.parts.version;
  }

  watch(runs: DispatchedRuns): void {
    this.runs = runs;
  }

  async activeRuns(): Promise<number> {
    return (await this.runs?.countActive()) ?? 0;
  }

  async checkDatabase(): Promise<void> {
    await this.parts.events.database.query('SELECT 1');
  }

  stop(): void {
    this.parts.stop();
  }

  async status(): Promise<ServerStatus> {
    const { url, version, database, idleStopSeconds, home } = this.parts;
    return {
      pid: process.pid,
      url,
      version,
      database: database(),
      activeRuns: await this.activeRuns(),
      startedAt: this.startedAt,
      idleStopSeconds,
      home,
    };
  }
}
