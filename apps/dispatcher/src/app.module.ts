import { openServiceDatabase } from '@aml/database';
import type { ExecutionWorker } from '@aml/executor';
import { Transactions, type Subscription } from '@aml/messaging';
import type { TargetKind } from '@aml/run-model';
import { SERVICE_PLATFORM, type ServicePlatform, type WorkingService } from '@aml/service-kit';
import type { TargetDriver } from '@aml/targets';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { CancelRun } from './cancel/cancel-run';
import { CancelRunController } from './cancel/cancel-run.controller';
import { CleanTarget } from './clean/clean-target';
import { CleanTargetController } from './clean/clean-target.controller';
import { executionWorker } from './execute/execution.worker';
import { HistoryReporter } from './execute/history-reporter';
import { LeasedWorkSource } from './execute/leased-work-source';
import { LeaseSignals } from './execute/lease-signals';
import { DiagnoseRun } from './inspect/diagnose-run';
import { DispatchedRuns } from './inspect/dispatched-runs';
import { InspectController } from './inspect/inspect.controller';
import { runRequestedConsumer } from './queue/run-requested.consumer';
import type { DispatcherSettings } from './settings';
import { DispatchedRunEntity } from './storage/dispatched-run.entity';
import { CreateDispatcher1790000000000 } from './storage/dispatcher.migrations';

export { DispatchedRuns } from './inspect/dispatched-runs';
export { DispatcherSettings } from './settings';

const SETTINGS = Symbol('DispatcherSettings');
const DRIVERS = Symbol('TargetDrivers');

/** The life of each run: queue, lease, launch, follow, cancellation. */
@Module({})
export class DispatcherModule implements WorkingService, OnApplicationShutdown {
  private consumer: Subscription | undefined;
  private worker: ExecutionWorker | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly signals: LeaseSignals,
    @Inject(SERVICE_PLATFORM) private readonly platform: ServicePlatform,
    @Inject(SETTINGS) private readonly settings: DispatcherSettings,
    @Inject(DRIVERS) private readonly drivers: ReadonlyMap<TargetKind, TargetDriver>,
  ) {}

  static async register(
    platform: ServicePlatform,
    settings: DispatcherSettings,
    drivers: ReadonlyMap<TargetKind, TargetDriver>,
  ): Promise<DynamicModule> {
    const database = await openServiceDatabase({
      url: platform.databaseUrl,
      schema: 'dispatcher',
      entities: [DispatchedRunEntity],
      migrations: [CreateDispatcher1790000000000],
      poolSize: 6,
    });
    const transactions = new Transactions(database, platform.events, 'dispatcher');
    const signals = new LeaseSignals();
    const runs = new DispatchedRuns(database);
    return {
      module: DispatcherModule,
      controllers: [CancelRunController, InspectController, CleanTargetController],
      providers: [
        { provide: SERVICE_PLATFORM, useValue: platform },
        { provide: SETTINGS, useValue: settings },
        { provide: DRIVERS, useValue: drivers },
        { provide: Transactions, useValue: transactions },
        { provide: LeaseSignals, useValue: signals },
        { provide: DispatchedRuns, useValue: runs },
        { provide: CancelRun, useValue: new CancelRun(transactions, signals) },
        { provide: CleanTarget, useValue: new CleanTarget(database, drivers) },
        { provide: DiagnoseRun, useValue: new DiagnoseRun(runs, drivers) },
      ],
      exports: [DispatchedRuns],
    };
  }

  async begin(): Promise<void> {
    const { transactions, signals, settings, platform } = this;
    if (settings.AML_LEASES_ARE_STALE_AT_START) {
      await transactions.database.query(
        'UPDATE dispatched_run SET lease_until = now() WHERE NOT final AND lease_until > now()',
      );
    }
    this.consumer = runRequestedConsumer(
      transactions,
      signals,
      settings.AML_LOCAL_CONCURRENT_RUNS,
      platform.subscription('dispatcher'),
    );
    await this.consumer.start();
    const source = new LeasedWorkSource(transactions, signals, platform.services, settings);
    const reporter = new HistoryReporter(transactions, platform.services, signals);
    this.worker = executionWorker(source, reporter, this.drivers, settings, platform.log);
    this.worker.start();
  }

  /** Runs are left as they are; the next process finds them. */
  async end(): Promise<void> {
    await this.worker?.stop();
    await this.consumer?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.transactions.database.destroy();
  }
}
