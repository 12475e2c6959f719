import { homedir, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** Everything that the command line takes from its surroundings; no other file reads them. */
export interface CliSettings {
  /** `AML_HOME`: where the command line and the services keep what they keep. */
  readonly home: string;
  /** `AML_PROGRAM`, set by the launcher: the name the program was called by, `aml` or `az`. */
  readonly program: string;
  /** `AML_DEBUG`: say more about failures. Default: off. */
  readonly debug: boolean;
  /** `NO_COLOR`, `FORCE_COLOR`; undefined: colours on a terminal only. */
  readonly color: boolean | undefined;
  /** `AML_SERVER_MAIN`: the program that serves the five services. Default: `standalone/main.mjs` beside this one. */
  readonly serverMain: string;
  /** `AML_SERVER_WAIT`: seconds to wait until the services are ready. Default: 90. */
  readonly serverWaitSeconds: number;
  /** Where the person is. */
  readonly cwd: string;
  /** The whole environment of the shell. */
  readonly shell: Readonly<Record<string, string>>;
}

/** Reads the surroundings once, at the start of the program. */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  place: { readonly cwd: string; readonly program: string } = {
    cwd: process.cwd(),
    program: process.argv[1] ?? '',
  },
): CliSettings {
  const shell: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) shell[name] = value;
  return {
    home: homeFolder(shell, place.cwd),
    program: shell['AML_PROGRAM'] === 'az' ? 'az' : 'aml',
    debug: isOn(shell['AML_DEBUG']),
    color: colorChoice(shell),
    serverMain: shell['AML_SERVER_MAIN'] ?? join(place.program, '../../standalone/main.mjs'),
    serverWaitSeconds: positive(shell['AML_SERVER_WAIT']) ?? 90,
    cwd: place.cwd,
    shell,
  };
}

/** `AML_HOME`, else `/var/lib/aml` for root, else `aml` in the user's data folder. */
function homeFolder(shell: Readonly<Record<string, string>>, cwd: string): string {
  const chosen = shell['AML_HOME'];
  if (chosen) return resolve(cwd, chosen);
  if (userInfo().uid === 0) return '/var/lib/aml';
  const data = shell['XDG_DATA_HOME'];
  return join(data && isAbsolute(data) ? data : join(homedir(), '.local/share'), 'aml');
}

function colorChoice(shell: Readonly<Record<string, string>>): boolean | undefined {
  if (shell['NO_COLOR']) return false;
  if (shell['FORCE_COLOR'] !== undefined) return shell['FORCE_COLOR'] !== '0';
  return shell['TERM'] === 'dumb' ? false : undefined;
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no', 'off'].includes(value.toLowerCase());
}

function positive(value: string | undefined): number | undefined {
  const number = Number(value);
  return value && Number.isFinite(number) && number > 0 ? number : undefined;
}
