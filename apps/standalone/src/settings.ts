import { ConfigServiceSettings } from '@aml/config-service';
import { DispatcherSettings } from '@aml/dispatcher';
import { EnvironmentBuilderSettings } from '@aml/environment-builder';
import { RunHistorySettings } from '@aml/run-history';
import { NumberSetting } from '@aml/service-kit';
import { TargetRegistrySettings } from '@aml/target-registry';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** Where everything is kept when `AML_HOME` does not say it: /var/lib/aml for root, else the user's data folder. */
export function defaultHome(environment: Readonly<Record<string, string | undefined>>): string {
  if (process.getuid?.() === 0) return '/var/lib/aml';
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local/share'), 'aml');
}

export const StandaloneSettings = z.object({
  AML_HOME: z
    .string()
    .describe(
      'folder of everything that the services keep; default: /var/lib/aml for root, else ~/.local/share/aml',
    )
    .optional(),
  AML_PORT: NumberSetting(0, 'port on 127.0.0.1; 0: any free one', { most: 65_535 }),
  AML_IDLE_STOP_SECONDS: NumberSetting(
    1_800,
    'stop after this time without a request and with nothing running or being built, seconds; 0: never',
  ),
  AML_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .describe('least important log lines that are written')
    .default('info'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
    .describe(
      'a Postgres server to use in place of the built-in one, such as postgres://user:password@localhost/aml',
    )
    .meta({ secret: true })
    .optional(),
  AML_WORK_ROOT: z
    .string()
    .describe('folder of the run folders on this machine; default: AML_HOME/work')
    .optional(),
});
export type StandaloneSettings = z.infer<typeof StandaloneSettings>;

/** Everything that a standalone installation can be told, by the app that reads it. */
export const ALL_SETTINGS = {
  standalone: StandaloneSettings,
  'config-service': ConfigServiceSettings,
  dispatcher: DispatcherSettings,
  'environment-builder': EnvironmentBuilderSettings,
  'run-history': RunHistorySettings,
  'target-registry': TargetRegistrySettings,
};
export type AllSettings = { [App in keyof typeof ALL_SETTINGS]: z.infer<(typeof ALL_SETTINGS)[App]> };
