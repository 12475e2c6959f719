import type { OptionDefinition } from '../../command';

/** Options that `submit` and its early spelling `execute start` share. */
export const SUBMIT_OPTIONS: readonly OptionDefinition[] = [
  {
    flags: '-c, --run-configuration <name>',
    text: 'run configuration: NAME, NAME.runconfig or aml_config/NAME.runconfig',
  },
  { flags: '-t, --target <name>', text: 'compute target to use instead of the one in the configuration' },
  { flags: '--env <name=value>', text: 'environment variable of the run; may be repeated', many: true },
  { flags: '-n, --name <text>', text: 'name of the run' },
  { flags: '--tag <name=value>', text: 'tag of the run; may be repeated', many: true },
  { flags: '--description <text>', text: 'description of the run' },
  { flags: '--time-limit <time>', text: 'end the run after this time: 90 (seconds), 10m, 2h' },
  { flags: '--framework <name>', text: 'Python or PySpark' },
  { flags: '--prepare', text: 'make the environment within the run where it is not there yet' },
  { flags: '--no-prepare', text: 'refuse the run where its environment is not there yet' },
  { flags: '--refresh-base', text: 'look for a newer base image' },
  { flags: '--no-track', text: 'run without a record: the log is kept for a day' },
  {
    flags: '--idempotency-key <key>',
    text: 'repeated with the same key, the first run is followed and no other starts',
  },
  { flags: '--plan', text: 'show what would be sent, built and run, with reasons; nothing is built or run' },
  { flags: '-d, --detach', text: 'print the run id and do not wait' },
  { flags: '-v, --verbose', text: 'show changes of state also where stderr is no terminal' },
];

/** The spellings of those options that take a value. */
export const VALUE_OPTIONS: ReadonlySet<string> = new Set([
  ...SUBMIT_OPTIONS.filter((option) => option.flags.includes('<')).flatMap((option) =>
    option.flags.split(/[ ,]+/).filter((word) => word.startsWith('-')),
  ),
  '-o',
  '--output',
  '--query',
]);
