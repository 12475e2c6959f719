import { openServiceDatabase } from '@aml/database';
import { readRecipe, type DockerEngine } from '@aml/docker-client';
import { Transactions, type Subscription } from '@aml/messaging';
import { SERVICE_PLATFORM, type ServicePlatform, type WorkingService } from '@aml/service-kit';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { join } from 'node:path';
import { BuildLogStore } from './build/build-log-store';
import { BuildWorker } from './build/build.worker';
import { BuildsController } from './build/builds.controller';
import { RunBuild } from './build/run-build';
import { BaseImages } from './plan/base-images';
import { EnvironmentPlanner } from './plan/environment-planner';
import { environmentSettings } from './plan/environment-settings';
import { PlanEnvironment } from './plan/plan-environment';
import { PlansController } from './plan/plans.controller';
import { keepsBudget } from './prune/keep-budget';
import { PruneController } from './prune/prune.controller';
import { PruneEnvironments } from './prune/prune-environments';
import { DecideRequests } from './requests/decide-requests';
import { RequestStore } from './requests/request-store';
import { RequestWorker } from './requests/request.worker';
import { environmentRequestedConsumer } from './requests/environment-requested.consumer';
import { EnvironmentsController } from './requests/environments.controller';
import { ShowRequest } from './requests/show-request';
import type { EnvironmentBuilderSettings } from './settings';
import { CreateEnvironmentBuilder1790000000000 } from './storage/environment-builder.migrations';
import { EnvironmentStore } from './storage/environment-store';

export { RequestStore } from './requests/request-store';
export { EnvironmentBuilderSettings } from './settings';

export interface EnvironmentBuilderParts {
  /** The engine that images are built on and asked for. */
  readonly engine: DockerEngine;
  /** Folder with the recipes of our own images: `base` and `tool`. */
  readonly deploy: string;
}

/** Environments, builds, build logs, what is on which engine, and its storage budget. */
@Module({})
export class EnvironmentBuilderModule implements WorkingService, OnApplicationShutdown {
  private consumer: Subscription | undefined;

  constructor(
    private readonly transactions: Transactions,
    private readonly requests: RequestStore,
    private readonly deciding: RequestWorker,
    private readonly building: BuildWorker,
    @Inject(SERVICE_PLATFORM) private readonly platform: ServicePlatform,
  ) {}

  static async register(
    platform: ServicePlatform,
    settings: EnvironmentBuilderSettings,
    { engine, deploy }: EnvironmentBuilderParts,
  ): Promise<DynamicModule> {
    const database = await openServiceDatabase({
      url: platform.databaseUrl,
      schema: 'environment_builder',
      entities: [],
      migrations: [CreateEnvironmentBuilder1790000000000],
    });
    const recipes = {
      base: await readRecipe(join(deploy, 'base')),
      tool: await readRecipe(join(deploy, 'tool')),
      debianImage: settings.AML_DEBIAN_IMAGE,
      extraPackages: settings.AML_BASE_PACKAGES ?? [],
    };
    const transactions = new Transactions(database, platform.events, 'environment-builder');
    const environments = new EnvironmentStore(database);
    const logs = new BuildLogStore(database);
    const planner = new EnvironmentPlanner({
      services: platform.services,
      bases: new BaseImages(database, engine, recipes, settings.AML_BASE_IMAGE),
      recipes,
      settings: environmentSettings(settings),
      caBundle: settings.AML_CA_BUNDLE ?? settings.SSL_CERT_FILE,
    });
    const requests = new RequestStore(database);
    const prune = new PruneEnvironments({
      transactions,
      engine,
      environments,
      stageTags: (definition) => planner.stageTags(definition),
      budgetBytes: settings.AML_IMAGE_BUDGET_BYTES,
    });
    const keepBudget = keepsBudget(prune, platform.log);
    const build = new RunBuild({
      transactions,
      engine,
      planner,
      environments,
      logs,
      settings,
      onMade: (identity, place) => {
        deciding.wake();
        keepBudget(identity, place);
      },
    });
    const building = new BuildWorker(database, build, settings.AML_CONCURRENT_BUILDS, platform.log);
    const decide = new DecideRequests({ transactions, engine, planner, environments, requests });
    const deciding = new RequestWorker(requests, decide, () => building.wake(), platform.log);
    return {
      module: EnvironmentBuilderModule,
      controllers: [PlansController, EnvironmentsController, BuildsController, PruneController],
      providers: [
        { provide: SERVICE_PLATFORM, useValue: platform },
        { provide: Transactions, useValue: transactions },
        { provide: EnvironmentStore, useValue: environments },
        { provide: BuildLogStore, useValue: logs },
        { provide: ShowRequest, useValue: new ShowRequest(database) },
        { provide: PlanEnvironment, useValue: new PlanEnvironment(planner, environments, engine) },
        { provide: PruneEnvironments, useValue: prune },
        { provide: RequestStore, useValue: requests },
        { provide: RequestWorker, useValue: deciding },
        { provide: BuildWorker, useValue: building },
      ],
      exports: [RequestStore],
    };
  }

  async begin(): Promise<void> {
    const settings = this.platform.subscription('environment-builder');
    this.consumer = environmentRequestedConsumer(this.transactions, this.requests, this.deciding, settings);
    await this.consumer.start();
    this.deciding.start();
    this.building.start();
  }

  async end(): Promise<void> {
    await Promise.all([this.deciding.stop(), this.building.stop()]);
    await this.consumer?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.transactions.database.destroy();
  }
}
