import type { DispatchedRuns } from '@aml/dispatcher';
import type { RequestStore } from '@aml/environment-builder';
import type { EventLog } from '@aml/messaging';

/** What `aml server status` shows. */
export interface ServerStatus {
  readonly pid: number;
  readonly url: string;
  readonly version: string;
  readonly database: string;
  readonly activeRuns: number;
  /** Environments that are asked for or being made. */
  readonly activeBuilds: number;
  readonly startedAt: string;
  readonly idleStopSeconds: number;
  readonly home: string;
}

export interface ServerStateParts {
  readonly version: string;
  /** For people: `embedded (pid 12, /var/lib/aml/database/data)` or host and database of DATABASE_URL. */
  readonly database: () => string;
  readonly idleStopSeconds: number;
  readonly home: string;
  readonly events: EventLog;
  readonly stop: () => void;
}

/** The state of this process as its routes tell it. */
export class ServerState {
  /** Known once it listens. */
  url = '';
  private readonly startedAt = new Date().toISOString();
  private services: { runs: DispatchedRuns; environments: RequestStore } | undefined;

  constructor(private readonly parts: ServerStateParts) {}

  get version(): string {
    return this.parts.version;
  }

  watch(runs: DispatchedRuns, environments: RequestStore): void {
    this.services = { runs, environments };
  }

  async active(): Promise<{ activeRuns: number; activeBuilds: number }> {
    const [activeRuns, activeBuilds] = await Promise.all([
      this.services?.runs.countActive() ?? 0,
      this.services?.environments.countOpen() ?? 0,
    ]);
    return { activeRuns, activeBuilds };
  }

  async isBusy(): Promise<boolean> {
    const { activeRuns, activeBuilds } = await this.active();
    return activeRuns + activeBuilds > 0;
  }

  async checkDatabase(): Promise<void> {
    await this.parts.events.database.query('SELECT 1');
  }

  stop(): void {
    this.parts.stop();
  }

  async status(): Promise<ServerStatus> {
    const { version, database, idleStopSeconds, home } = this.parts;
    return {
      pid: process.pid,
      url: this.url,
      version,
      database: database(),
      ...(await this.active()),
      startedAt: this.startedAt,
      idleStopSeconds,
      home,
    };
  }
}
