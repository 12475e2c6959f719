import { openServiceDatabase } from '@aml/database';
import { Transactions, type Subscription } from '@aml/messaging';
import type { TargetKind } from '@aml/run-model';
import type { SecretBox } from '@aml/secrets';
import { SERVICE_PLATFORM, type ServicePlatform, type WorkingService } from '@aml/service-kit';
import type { TargetDriver } from '@aml/targets';
import { Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { CheckTarget } from './checks/check-target';
import { ChecksController } from './checks/checks.controller';
import { knownRunsConsumer } from './secrets/known-runs.consumer';
import { SecretStore } from './secrets/secret-store';
import { SecretsController } from './secrets/secrets.controller';
import type { TargetRegistrySettings } from './settings';
import { CreateTargetRegistry1790000000000 } from './storage/target-registry.migrations';

export { TargetRegistrySettings } from './settings';

/** What a `.compute` file cannot hold: secrets, and results of checks. */
@Module({})
export class TargetRegistryModule implements WorkingService, OnApplicationShutdown {
  private consumer: Subscription | undefined;

  constructor(
    private readonly transactions: Transactions,
    @Inject(SERVICE_PLATFORM) private readonly platform: ServicePlatform,
  ) {}

  static async register(
    platform: ServicePlatform,
    settings: TargetRegistrySettings,
    parts: { drivers: ReadonlyMap<TargetKind, TargetDriver>; secretBox: SecretBox },
  ): Promise<DynamicModule> {
    const database = await openServiceDatabase({
      url: platform.databaseUrl,
      schema: 'target_registry',
      entities: [],
      migrations: [CreateTargetRegistry1790000000000],
      poolSize: 2,
    });
    const transactions = new Transactions(database, platform.events, 'target-registry');
    return {
      module: TargetRegistryModule,
      controllers: [SecretsController, ChecksController],
      providers: [
        { provide: SERVICE_PLATFORM, useValue: platform },
        { provide: Transactions, useValue: transactions },
        { provide: SecretStore, useValue: new SecretStore(database, parts.secretBox) },
        {
          provide: CheckTarget,
          useValue: new CheckTarget(transactions, parts.drivers, settings.AML_CHECK_SECONDS),
        },
      ],
    };
  }

  async begin(): Promise<void> {
    this.consumer = knownRunsConsumer(this.transactions, this.platform.subscription('target-registry'));
    await this.consumer.start();
  }

  async end(): Promise<void> {
    await this.consumer?.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.transactions.database.destroy();
  }
}
