import { openServiceDatabase } from '@aml/database';
import { Transactions, type Subscription } from '@aml/messaging';
import { SERVICE_PLATFORM, type ServicePlatform, type WorkingService } from '@aml/service-kit';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { ArtifactStore } from './artifacts/artifact-store';
import { ArtifactsController } from './artifacts/artifacts.controller';
import { AssetStore } from './assets/asset-store';
import { AssetsController } from './assets/assets.controller';
import { CompareController } from './compare/compare.controller';
import { CompareRuns } from './compare/compare-runs';
import { BuildLogCopier } from './logs/build-log.copier';
import { FollowRun } from './logs/follow-run';
import { LogStore } from './logs/log-store';
import { LogsController } from './logs/logs.controller';
import { RunWatch } from './logs/run-watch';
import { SealLog } from './logs/seal-log';
import { UntrackedRunsSweeper } from './logs/untracked-runs.sweeper';
import { MetricStore } from './metrics/metric-store';
import { MetricsController } from './metrics/metrics.controller';
import { EditRun } from './record/edit-run';
import { ListRuns } from './record/list-runs';
import { runEventsConsumer } from './record/run-events.consumer';
import { RunSignals } from './record/run-signals';
import { RunsController } from './record/runs.controller';
import { ShowRun } from './record/show-run';
import type { RunHistorySettings } from './settings';
import { ArtifactEntity } from './storage/artifact.entity';
import { AssetEntity } from './storage/asset.entity';
import { CreateRunHistory1790000000000 } from './storage/run-history.migrations';
import { RunEntity } from './storage/run.entity';

export { RunHistorySettings } from './settings';

/** The record of runs: states, logs, metrics, artifacts, promoted assets. */
@Module({})
export class RunHistoryModule implements WorkingService, OnApplicationShutdown {
  private consumer: Subscription | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly signals: RunSignals,
    private readonly copier: BuildLogCopier,
    private readonly sweeper: UntrackedRunsSweeper,
    @Inject(SERVICE_PLATFORM) private readonly platform: ServicePlatform,
  ) {}

  static async register(platform: ServicePlatform, settings: RunHistorySettings): Promise<DynamicModule> {
    const database = await openServiceDatabase({
      url: platform.databaseUrl,
      schema: 'run_history',
      entities: [RunEntity, ArtifactEntity, AssetEntity],
      migrations: [CreateRunHistory1790000000000],
    });
    const transactions = new Transactions(database, platform.events, 'run-history');
    const signals = new RunSignals();
    const logs = new LogStore(database, platform.blobs, signals);
    const artifacts = new ArtifactStore(database, platform.blobs);
    const seal = new SealLog(database, platform.blobs);
    const copier = new BuildLogCopier(database, logs, seal, signals, platform.services, platform.log);
    const values: [new (...args: never[]) => object, object][] = [
      [Transactions, transactions],
      [RunSignals, signals],
      [LogStore, logs],
      [ArtifactStore, artifacts],
      [MetricStore, new MetricStore(database, signals)],
      [AssetStore, new AssetStore(transactions, artifacts)],
      [SealLog, seal],
      [FollowRun, new FollowRun(database, logs, signals, new RunWatch(database, signals))],
      [ListRuns, new ListRuns(database)],
      [ShowRun, new ShowRun(database, logs)],
      [EditRun, new EditRun(database)],
      [CompareRuns, new CompareRuns(database)],
      [BuildLogCopier, copier],
      [UntrackedRunsSweeper, new UntrackedRunsSweeper(database, platform.blobs, settings, platform.log)],
    ];
    return {
      module: RunHistoryModule,
      controllers: [
        RunsController,
        LogsController,
        MetricsController,
        ArtifactsController,
        AssetsController,
        CompareController,
      ],
      providers: [
        { provide: SERVICE_PLATFORM, useValue: platform },
        ...values.map(([provide, useValue]) => ({ provide, useValue })),
      ],
    };
  }

  async begin(): Promise<void> {
    this.consumer = runEventsConsumer(
      this.transactions,
      this.signals,
      this.copier,
      this.platform.subscription('run-history'),
    );
    await this.consumer.start();
    this.copier.start();
    this.sweeper.start();
  }

  async end(): Promise<void> {
    this.sweeper.stop();
    await this.copier.stop();
    await this.consumer?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.transactions.database.destroy();
  }
}
