import type { DockerEngine } from '@aml/docker-client';
import type { TargetKind } from '@aml/run-model';
import { localDockerDefinition } from './local-docker/local-docker.definition';
import { LocalDockerTargetDriver } from './local-docker/local-docker.driver';
import { localPythonDefinition } from './local-python/local-python.definition';
import { LocalPythonTargetDriver } from './local-python/local-python.driver';
import { containerPrograms } from './shared/container-programs';
import type { Host } from './shared/host';
import { LocalHost } from './shared/local-host';
import { RuntimeBundle, type RuntimeFolders } from './shared/runtime-files';
import { DEFAULT_LIMITS, type RunLimits, type TargetDefinition } from './shared/target-definition';
import type { TargetDriver } from './target-driver';

export interface TargetDriverDependencies {
  /** Run folders are `WORKROOT/runs/RUNID`. Absolute. */
  readonly workRoot: string;
  readonly runtime: RuntimeFolders;
  /** The engine of this machine; it is not spoken to before a run needs it. */
  readonly engine: DockerEngine;
  /** Default: this machine. */
  readonly host?: Host;
  /** Default: 10 s each. */
  readonly limits?: Partial<RunLimits>;
}

/** One driver per kind; the folders of this library and the members of `TARGET_KINDS` are the same. */
export function createTargetDrivers(
  dependencies: TargetDriverDependencies,
): ReadonlyMap<TargetKind, TargetDriver> {
  const { workRoot, host = new LocalHost() } = dependencies;
  const limits = { ...DEFAULT_LIMITS, ...dependencies.limits };
  const { engine, runtime } = dependencies;
  const parts = { host, limits, runtime: new RuntimeBundle(runtime) };
  const inContainers = { ...parts, engine, runtime: new RuntimeBundle(runtime, containerPrograms) };
  const drivers: TargetDriver[] = [
    new LocalPythonTargetDriver(parts, workRoot),
    new LocalDockerTargetDriver(inContainers, workRoot),
  ];
  return new Map(drivers.map((driver) => [driver.kind, driver]));
}

export const TARGET_DEFINITIONS: readonly TargetDefinition[] = [localPythonDefinition, localDockerDefinition];
