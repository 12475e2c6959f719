import { startEmbeddedPostgres, type EmbeddedPostgres } from '@aml/database';
import { Journey, packageRoot, type ProjectFolder } from '@aml/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const HELLO = 'print("hello", flush=True)\n';

/** Needs no channel: pip's part only, on the Python of the base image. */
export function pipOnly(...packages: readonly string[]): string {
  return ['name: bench', 'dependencies:', '  - pip:', ...packages.map((each) => `      - ${each}`), ''].join(
    '\n',
  );
}

/** What all topics share: a private `AML_HOME`, services that are warm, a small project, a Postgres server of its own for comparison. */
export interface Surroundings {
  /** Pairs per row. */
  readonly repetitions: number;
  readonly journey: Journey;
  /** `hello.py` and an environment of one small package. */
  readonly project: ProjectFolder;
  /** The environment of a shell with the Python of `tools` active. */
  readonly shell: Readonly<Record<string, string>>;
  /** A virtual environment with mlflow in it. */
  readonly tools: string;
  /** The same server as the built-in one, with nothing of ours in it. */
  readonly postgres: EmbeddedPostgres;
  end(): Promise<void>;
}

export async function prepareSurroundings(options: {
  readonly repetitions: number;
  readonly tools: string;
}): Promise<Surroundings> {
  const journey = Journey.begin('bench');
  try {
    const shell = {
      ...journey.env,
      VIRTUAL_ENV: options.tools,
      PATH: `${join(options.tools, 'bin')}:${journey.env['PATH'] ?? ''}`,
    };
    const project = await journey.project('bench', {
      'hello.py': HELLO,
      'aml_config/conda_dependencies.yml': pipOnly('six==1.17.0'),
    });
    const postgres = await startEmbeddedPostgres({
      folder: journey.makeFolder(join(journey.folder, 'bare')),
      note: () => undefined,
    });
    await project.succeed('experiment', 'submit', '-c', 'local', 'hello.py');
    return {
      ...options,
      journey,
      project,
      shell,
      postgres,
      end: async () => {
        // Containers and images stay on the engine where nobody cleans them away.
        if (journey.serverPid() !== undefined) await project.aml('experiment', 'clean', '-c', 'docker');
        await postgres.stop();
        await journey.end();
      },
    };
  } catch (error) {
    await journey.end();
    throw error;
  }
}

export const aml = join(packageRoot, 'aml');

/** The running services as a program sees them, without the command line. */
export class Services {
  constructor(private readonly journey: Journey) {}

  /** @param path with the service's name first, such as `/dispatcher/runs` */
  async get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    return this.send<T>('POST', path, body);
  }

  private async send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.journey.serverUrl()}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token()}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  private token(): string {
    return readFileSync(join(this.journey.home, 'token'), 'utf8').trim();
  }
}
