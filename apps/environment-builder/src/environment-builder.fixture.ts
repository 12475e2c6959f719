import {
  environmentFailedV1,
  environmentReadyV1,
  environmentRequestedV1,
  runFinishedV1,
  type EnvironmentInputs,
  type EventData,
} from '@aml/contracts';
import { FakeDockerEngine } from '@aml/docker-client';
import { parseSettings } from '@aml/service-kit';
import { aRunFinished, ServiceBench, waitUntil } from '@aml/testing';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { EnvironmentBuilderModule, EnvironmentBuilderSettings } from './app.module';

type Request = EventData<typeof environmentRequestedV1>;

const deploy = join(import.meta.dirname, '../../../deploy');

/** This service by itself, on an engine in memory. */
export class BuilderBench {
  private constructor(
    readonly service: ServiceBench,
    readonly engine: FakeDockerEngine,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<BuilderBench> {
    const engine = new FakeDockerEngine();
    engine.images.pullable.set('debian:bookworm-slim', {});
    const { settings } = parseSettings({ settings: EnvironmentBuilderSettings }, environment);
    const service = await ServiceBench.start({
      name: 'environment-builder',
      module: EnvironmentBuilderModule,
      register: (platform) => EnvironmentBuilderModule.register(platform, settings, { engine, deploy }),
    });
    return new BuilderBench(service, engine);
  }

  /** Asks as the dispatcher does; does not wait for the answer. */
  async request(...given: readonly Partial<Request>[]): Promise<Request[]> {
    const requests = given.map((each) => ({ ...aRequest(), ...each }));
    await this.service.publish(environmentRequestedV1, ...requests);
    return requests;
  }

  /** The answer to a request, as soon as there is one. */
  answer(requestId: string): Promise<Answer> {
    return waitUntil(`the request ${requestId} is answered`, async () =>
      (await this.answers()).find((each) => each.requestId === requestId),
    );
  }

  async answers(): Promise<Answer[]> {
    return [
      ...(await this.service.published(environmentReadyV1)),
      ...(await this.service.published(environmentFailedV1)),
    ];
  }

  /** Asks, and waits for the environment. */
  async make(given: Partial<Request> = {}): Promise<Answer> {
    const [request] = await this.request(given);
    return this.answer(request?.requestId ?? '');
  }

  finishRun(runId: string): Promise<void> {
    return this.service.publish(runFinishedV1, aRunFinished({ runId }));
  }

  prune(body: Record<string, unknown>) {
    return this.service.send<{
      removed: { identity: string; reason: string }[];
      kept: { identity: string; reason: string }[];
      freedBytes: number;
    }>('POST', '/prune', body);
  }

  /** How often environments were built, layers and base images aside. */
  environmentBuilds(): number {
    return this.engine.images.builds.filter(({ tag }) => tag.startsWith('aml-env:')).length;
  }

  close(): Promise<void> {
    return this.service.close();
  }
}

export interface Answer {
  readonly requestId: string;
  readonly runId: string | null;
  readonly identity: string | null;
  readonly image?: string;
  readonly reused?: boolean;
  readonly buildId: string | null;
  readonly error?: { code: string; message: string; hint?: string | undefined };
}

/** Each name another environment. */
export function inputsOf(pip: string): EnvironmentInputs {
  return {
    snapshotId: '0'.repeat(64),
    condaFile: 'aml_config/conda_dependencies.yml',
    condaName: null,
    channels: [],
    conda: [],
    pip: [pip],
    baseImage: null,
    framework: 'Python',
    spark: null,
    gpu: false,
  };
}

function aRequest(): Request {
  return {
    requestId: randomUUID(),
    runId: `Iris_${1_700_000_000_000 + Math.floor(Math.random() * 1e9)}`,
    projectId: randomUUID(),
    projectName: 'Iris',
    configuration: 'docker',
    targetKind: 'local-docker',
    engine: 'local',
    inputs: inputsOf('numpy==1.26.4'),
    buildAllowed: true,
    refreshBase: false,
  };
}
