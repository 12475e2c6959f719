import { NETWORK_NAMES } from '../shell/network-names';

const NAMES = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'DATABASE_URL',
  'NODE_EXTRA_CA_CERTS',
  ...NETWORK_NAMES,
  'NODE_OPTIONS',
]);
const PREFIXES = ['AML_', 'LC_', 'DOCKER_', 'XDG_', 'PIP_', 'UV_'];

/**
 * The environment of the services: a documented list, since they outlive the shell that started them and must not
 * carry its leftovers into the runs of others. Runs get the variables of the shell that submits them.
 */
export function serverEnvironment(
  shell: Readonly<Record<string, string>>,
  home: string,
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(shell)) {
    if (NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix))) environment[name] = value;
  }
  const certificates = shell['AML_EXTRA_CA_CERTS'];
  if (certificates !== undefined) environment['NODE_EXTRA_CA_CERTS'] = certificates;
  return { ...environment, AML_HOME: home };
}
