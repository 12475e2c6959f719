import {
  runFinishedV1,
  runRequestedV1,
  runStateChangedV1,
  type EnvironmentInputs,
  type RunSpecification,
} from '@aml/contracts';
import { Transactions, type Subscription } from '@aml/messaging';
import { parseSettings } from '@aml/service-kit';
import { aRunSpecification, ServiceBench } from '@aml/testing';
import { DispatcherModule, DispatcherSettings } from './app.module';
import { HistoryReporter } from './execute/history-reporter';
import { LeaseSignals } from './execute/lease-signals';
import { LeasedWorkSource } from './execute/leased-work-source';
import { runRequestedConsumer } from './queue/run-requested.consumer';

/** This service without an executor of its own: the test leases and reports. */
export class DispatcherBench {
  private constructor(
    readonly service: ServiceBench,
    readonly source: LeasedWorkSource,
    readonly reporter: HistoryReporter,
    private readonly consumer: Subscription,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<DispatcherBench> {
    const { settings } = parseSettings({ settings: DispatcherSettings }, environment);
    const service = await ServiceBench.start({
      name: 'dispatcher',
      module: DispatcherModule,
      register: (platform) => DispatcherModule.register(platform, settings, new Map()),
      works: false,
    });
    const transactions = service.get(Transactions);
    const signals = service.get(LeaseSignals);
    const { services } = service.platform;
    const places = settings.AML_LOCAL_CONCURRENT_RUNS;
    const consumer = runRequestedConsumer(transactions, signals, places, service.platform.subscription(''));
    await consumer.start();
    const source = new LeasedWorkSource(transactions, signals, services, settings);
    return new DispatcherBench(
      service,
      source,
      new HistoryReporter(transactions, services, signals),
      consumer,
    );
  }

  /** A run that has arrived. */
  async request(given: Parameters<typeof aRunSpecification>[0] = {}): Promise<RunSpecification> {
    const specification = aRunSpecification(given);
    await this.service.publish(runRequestedV1, { specification });
    return specification;
  }

  async show(runId: string) {
    const params = { path: { runId } };
    return (await this.service.clients.dispatcher.GET('/runs/{runId}', { params })).data;
  }

  cancel(runId: string) {
    const params = { path: { runId } };
    return this.service.clients.dispatcher.POST('/runs/{runId}/cancel', { params });
  }

  /** The states that were announced of a run, in order, the final one last. */
  async announced(runId: string): Promise<string[]> {
    const changes = await this.service.published(runStateChangedV1);
    const ends = await this.service.published(runFinishedV1);
    return [
      ...changes.filter((each) => each.runId === runId).map(({ to }) => to),
      ...ends.filter((each) => each.runId === runId).map(({ status }) => status),
    ];
  }

  /** The lease of a run runs out, as it does when whoever had it is gone. */
  async expireLease(runId: string): Promise<void> {
    await this.service.query(
      "UPDATE dispatched_run SET lease_until = now() - interval '1 second' WHERE run_id = $1",
      [runId],
    );
  }

  async close(): Promise<void> {
    await this.consumer.stop();
    await this.service.close();
  }
}

/** What an environment would be made from. */
export const someInputs: EnvironmentInputs = {
  snapshotId: '0'.repeat(64),
  condaFile: null,
  condaName: null,
  channels: [],
  conda: [],
  pip: ['numpy'],
  baseImage: null,
  framework: 'Python',
  spark: null,
  gpu: false,
};
