import type { EnvironmentLock } from '@aml/contracts';
import type { ImageLock } from '@aml/docker-client';
import type { EnvironmentDefinition } from '@aml/environments';

/** The exact packages as records keep them. */
export function environmentLock(lock: ImageLock, definition: EnvironmentDefinition): EnvironmentLock {
  const conda = (lock.conda?.packages ?? []).map(({ name, version, build, url }) => ({
    name,
    version,
    build,
    channel: url.replace(/\/[^/]+\/[^/]+$/, ''),
  }));
  const python = conda.find(({ name }) => name === 'python')?.version ?? definition.base.facts.python ?? null;
  return { conda, pip: lock.pip.map(pipPackage), python, baseImage: definition.base.reference };
}

/** `numpy==1.26.4` or `mine @ file:///…`. */
function pipPackage(line: string): { name: string; version: string } {
  const pinned = /^([^=\s]+)==(.+)$/.exec(line);
  if (pinned?.[1] && pinned[2]) return { name: pinned[1], version: pinned[2] };
  const direct = /^(\S+) @ (.+)$/.exec(line);
  return { name: direct?.[1] ?? line, version: direct?.[2] ?? '' };
}
