import type { DockerEngine } from '@aml/docker-client';
import type { SuperviseParts } from './supervise-parts';

/** What a launcher of containers needs: an engine, and the machine whose folders that engine mounts. */
export interface ContainerParts extends SuperviseParts {
  readonly engine: DockerEngine;
}
