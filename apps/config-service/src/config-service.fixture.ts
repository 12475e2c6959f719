import type { SnapshotEntry, SubmitBody } from '@aml/contracts';
import { parseSettings } from '@aml/service-kit';
import { ServiceBench } from '@aml/testing';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import type { AcceptedRun } from './submit/accept-together';
import { ConfigServiceModule, ConfigServiceSettings } from './app.module';

/** A project that runs `train.py` on this machine. */
export const PROJECT: Readonly<Record<string, string>> = {
  'train.py': 'print("hello")\n',
  'aml_config/local.compute': 'type: "local"\npythonLocation: "/usr/bin/python3"\n',
  'aml_config/local.runconfig': [
    'ArgumentVector:',
    '- "train.py"',
    'Target: "local"',
    'Framework: "Python"',
    'TrackedRun: true',
    '',
  ].join('\n'),
};

export function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** This service by itself, with what a command line does. */
export class ConfigBench {
  private constructor(readonly service: ServiceBench) {}

  static async start(environment: Record<string, string> = {}): Promise<ConfigBench> {
    const { settings } = parseSettings({ settings: ConfigServiceSettings }, environment);
    return new ConfigBench(
      await ServiceBench.start({
        name: 'config-service',
        module: ConfigServiceModule,
        register: (platform) => ConfigServiceModule.register(platform, settings),
      }),
    );
  }

  async storeContents(contents: readonly string[], names = contents.map(sha256)): Promise<Response> {
    const tar = pack();
    contents.forEach((content, index) => tar.entry({ name: names[index] ?? '' }, content));
    tar.finalize();
    const body = (await buffer(tar)) as unknown as string;
    const headers = { 'content-type': 'application/x-tar' };
    return this.service.request('/blobs', { method: 'POST', body, headers });
  }

  createSnapshot(entries: readonly SnapshotEntry[]) {
    return this.service.send<{ id: string; files: number; bytes: number }>('POST', '/snapshots', { entries });
  }

  /** @returns the id of the snapshot of these files. */
  async snapshot(files: Readonly<Record<string, string>> = PROJECT): Promise<string> {
    await this.storeContents(Object.values(files));
    const { data } = await this.createSnapshot(entriesOf(files));
    return data?.id ?? '';
  }

  /** @returns the id of the project. */
  async project(name: string): Promise<string> {
    const params = { path: { name } };
    const { data } = await this.service.clients.configService.PUT('/projects/{name}', { params, body: {} });
    return data?.id ?? '';
  }

  submit(given: Pick<SubmitBody, 'projectId' | 'snapshotId'> & Partial<SubmitBody>) {
    const client = { machine: 'm', user: 'u', interpreter: null, environment: {} };
    const body = { configuration: 'local', client, ...given };
    return this.service.send<AcceptedRun>('POST', '/runs', body);
  }
}

export function entriesOf(files: Readonly<Record<string, string>>): SnapshotEntry[] {
  return Object.entries(files).map(([path, content]) => ({
    path,
    type: 'file',
    mode: 0o644,
    sha256: sha256(content),
    size: Buffer.byteLength(content),
  }));
}
