import { AppError, toErrorData } from '@aml/errors';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the command line finds the services by. */
export interface ServerRecord {
  readonly pid: number;
  readonly startTime: string;
  readonly url: string;
  readonly version: string;
  readonly database: 'embedded' | 'external';
  readonly startedAt: string;
}

/** The files below AML_HOME by which command line and services find each other. */
export class ServerFiles {
  constructor(readonly home: string) {}

  /** @throws AppError `home-unusable` with the reason. */
  async makeHome(): Promise<void> {
    try {
      await mkdir(this.home, { recursive: true, mode: 0o755 });
      await this.write('.writable', '', 0o600);
      await rm(join(this.home, '.writable'), { force: true });
    } catch (error) {
      throw new AppError({
        code: 'home-unusable',
        message: `the folder of the services, ${this.home}, cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        hint: 'Set AML_HOME to a folder that you may write.',
        blame: 'user',
        cause: error,
      });
    }
  }

  /** The token of this installation, made on first use, for this user only. */
  async token(): Promise<string> {
    const path = join(this.home, 'token');
    const known = await readFile(path, 'utf8').catch(() => undefined);
    if (known !== undefined && known.trim() !== '') {
      await chmod(path, 0o600);
      return known.trim();
    }
    const token = randomBytes(32).toString('base64url');
    await this.write('token', `${token}\n`, 0o600);
    return token;
  }

  announce(record: ServerRecord): Promise<void> {
    return this.write('server.json', `${JSON.stringify(record, null, 2)}\n`, 0o600);
  }

  async withdraw(): Promise<void> {
    await rm(join(this.home, 'server.json'), { force: true });
  }

  async forgetStartError(): Promise<void> {
    await rm(join(this.home, 'start-error.json'), { force: true });
  }

  /** Left for the command line that started us. */
  async reportStartError(error: unknown): Promise<void> {
    await this.write('start-error.json', `${JSON.stringify(toErrorData(error), null, 2)}\n`, 0o600);
  }

  private async write(name: string, content: string, mode: number): Promise<void> {
    const temporary = join(this.home, `${name}.${process.pid}`);
    await writeFile(temporary, content, { mode });
    await rename(temporary, join(this.home, name));
  }
}
