import type { ConfigServiceComponents } from '@aml/api-client';
import { readFileSync, readdirSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { findCommit } from './find-commit';
import { findInterpreter, findSparkSubmit } from './find-interpreter';
import { inheritedEnvironment } from './inherited-environment';

export type ClientContext = ConfigServiceComponents['schemas']['ClientContext'];

export interface ContextRequest {
  readonly root: string;
  readonly shell: Readonly<Record<string, string>>;
  /** Run configuration and target as typed: they decide whose `pythonLocation` counts. */
  readonly configuration: string | undefined;
  readonly target: string | undefined;
}

/** What this shell tells the services about itself. */
export async function clientContext(request: ContextRequest): Promise<ClientContext> {
  const { root, shell } = request;
  const commit = findCommit(root, shell['PATH']);
  const locations = await targetLocations(request);
  const interpreter = findInterpreter({ root, shell }, locations.pythonLocation);
  return {
    machine: hostname(),
    user: userName(shell),
    interpreter: interpreter ?? null,
    environment: inheritedEnvironment(shell),
    sparkSubmit: findSparkSubmit({ root, shell }, interpreter, locations.sparkSubmitLocation),
    commit: await commit,
  };
}

interface Locations {
  readonly pythonLocation?: string | undefined;
  readonly sparkSubmitLocation?: string | undefined;
}

/** Settings of the target that name programs of this machine. Most projects have none; then nothing is parsed. */
async function targetLocations(request: ContextRequest): Promise<Locations> {
  const folder = join(request.root, 'aml_config');
  const mentions = readdirSync(folder)
    .filter((name) => /\.compute$/i.test(name))
    .some((name) =>
      /^[^#\n]*(?:python|spark_?-?submit)_?-?location/im.test(readFileSync(join(folder, name), 'latin1')),
    );
  if (!mentions || request.configuration === undefined) return {};
  const { findTargetOf } = await import('../project/find-target');
  return findTargetOf(request.root, request.configuration, request.target) ?? {};
}

function userName(shell: Readonly<Record<string, string>>): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user that has no entry.
    return shell['USER'] ?? shell['LOGNAME'] ?? 'unknown';
  }
}
