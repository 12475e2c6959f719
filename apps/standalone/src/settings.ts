import { NumberSetting } from '@aml/service-kit';
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
  AML_PORT: NumberSetting(0, 'port on 127.0.0.1; 0: any free one'),
  AML_IDLE_STOP_SECONDS: NumberSetting(
    1_800,
    'stop after this time without a request and without a run, seconds; 0: never',
  ),
  AML_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal'])
    .describe('least important log lines that are written')
    .default('info'),
  DATABASE_URL: z
    .string()
    .describe(
      'a Postgres server to use in place of the built-in one, such as postgres://user:password@localhost/aml',
    )
    .optional(),
  AML_WORK_ROOT: z
    .string()
    .describe('folder of the run folders on this machine; default: AML_HOME/work')
    .optional(),
});
export type StandaloneSettings = z.infer<typeof StandaloneSettings>;
