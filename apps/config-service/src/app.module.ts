import { openServiceDatabase } from '@aml/database';
import { Transactions } from '@aml/messaging';
import { SERVICE_PLATFORM, type ServicePlatform, type WorkingService } from '@aml/service-kit';
import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { AccountController } from './accounts/account.controller';
import { ProjectStore } from './projects/project-store';
import { ProjectsController } from './projects/projects.controller';
import type { ConfigServiceSettings } from './settings';
import { SnapshotStore } from './snapshots/snapshot-store';
import { SnapshotsController } from './snapshots/snapshots.controller';
import { CreateConfigService1790000000000 } from './storage/config-service.migrations';
import { ProjectEntity } from './storage/project.entity';
import { SnapshotEntity } from './storage/snapshot.entity';
import { SubmissionEntity } from './storage/submission.entity';
import { WorkspaceEntity } from './storage/workspace.entity';
import { PlanRun } from './submit/plan-run';
import { PrepareEnvironment } from './submit/prepare-environment';
import { ResolveSubmit } from './submit/resolve-submit';
import { SubmitController } from './submit/submit.controller';
import { AcceptTogether } from './submit/accept-together';
import { SubmitRun } from './submit/submit-run';

export { ConfigServiceSettings } from './settings';

/** Accounts, workspaces, projects, snapshots, run configurations and run specifications. */
@Module({})
export class ConfigServiceModule implements WorkingService, OnApplicationShutdown {
  constructor(private readonly transactions: Transactions) {}

  static async register(platform: ServicePlatform, settings: ConfigServiceSettings): Promise<DynamicModule> {
    const database = await openServiceDatabase({
      url: platform.databaseUrl,
      schema: 'config_service',
      entities: [WorkspaceEntity, ProjectEntity, SnapshotEntity, SubmissionEntity],
      migrations: [CreateConfigService1790000000000],
    });
    const transactions = new Transactions(database, platform.events, 'config-service');
    const snapshots = new SnapshotStore(database, platform.blobs, settings.AML_SNAPSHOT_CACHE_ENTRIES);
    const projects = new ProjectStore(transactions, settings);
    const resolve = new ResolveSubmit(snapshots);
    return {
      module: ConfigServiceModule,
      controllers: [AccountController, ProjectsController, SnapshotsController, SubmitController],
      providers: [
        { provide: SERVICE_PLATFORM, useValue: platform },
        { provide: Transactions, useValue: transactions },
        { provide: SnapshotStore, useValue: snapshots },
        { provide: ProjectStore, useValue: projects },
        {
          provide: SubmitRun,
          useValue: new SubmitRun(database, projects, resolve, new AcceptTogether(transactions)),
        },
        { provide: PlanRun, useValue: new PlanRun(projects, resolve) },
        { provide: PrepareEnvironment, useValue: new PrepareEnvironment(transactions, projects, resolve) },
      ],
    };
  }

  /** Nothing: this service only answers. */
  async begin(): Promise<void> {}

  async end(): Promise<void> {}

  async onApplicationShutdown(): Promise<void> {
    await this.transactions.database.destroy();
  }
}
