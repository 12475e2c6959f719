import { ConfigServiceModule } from '@aml/config-service';
import { DispatcherModule } from '@aml/dispatcher';
import { connectDocker } from '@aml/docker-client';
import { EnvironmentBuilderModule } from '@aml/environment-builder';
import { RunHistoryModule } from '@aml/run-history';
import { loadKeyFile, SecretBox } from '@aml/secrets';
import type { ServicePlatform, WorkingService } from '@aml/service-kit';
import { TargetRegistryModule } from '@aml/target-registry';
import { createTargetDrivers } from '@aml/targets';
import type { DynamicModule } from '@nestjs/common';
import { join } from 'node:path';
import type { StartInput } from './start-server';

type ServiceName =
  'target-registry' | 'config-service' | 'run-history' | 'environment-builder' | 'dispatcher';

/** The services by the name below which each is served, in the order in which their work begins: records before runs. */
export const SERVICES: Readonly<Record<ServiceName, new (...parts: never[]) => WorkingService>> = {
  'target-registry': TargetRegistryModule,
  'config-service': ConfigServiceModule,
  'run-history': RunHistoryModule,
  'environment-builder': EnvironmentBuilderModule,
  dispatcher: DispatcherModule,
};

/** The modules of the services on this machine's parts: its engine, its files, its folders. */
export async function registerServices(
  platform: ServicePlatform,
  {
    settings,
    files,
    environment,
    packageRoot,
  }: Pick<StartInput, 'settings' | 'files' | 'environment' | 'packageRoot'>,
): Promise<Readonly<Record<ServiceName, DynamicModule>>> {
  const engine = connectDocker({ env: environment });
  const drivers = createTargetDrivers({
    workRoot: settings.standalone.AML_WORK_ROOT ?? join(files.home, 'work'),
    runtime: {
      sdkFolder: join(packageRoot, 'python/sdk'),
      supervisorFolder: join(packageRoot, 'python/supervisor'),
    },
    engine,
  });
  const secretBox = new SecretBox(await loadKeyFile(join(files.home, 'secret-key')));
  const deploy = join(packageRoot, 'deploy');
  const parts = { engine, deploy };
  return {
    'target-registry': await TargetRegistryModule.register(platform, settings['target-registry'], {
      drivers,
      secretBox,
    }),
    'config-service': await ConfigServiceModule.register(platform, settings['config-service']),
    'run-history': await RunHistoryModule.register(platform, settings['run-history']),
    'environment-builder': await EnvironmentBuilderModule.register(
      platform,
      settings['environment-builder'],
      parts,
    ),
    dispatcher: await DispatcherModule.register(platform, settings.dispatcher, drivers),
  };
}
