import type { ComputeTargetSettings, RunSpecification } from '@aml/contracts';
import { retireContainer } from '../shared/clean-container';
import type { ContainerParts } from '../shared/container-parts';
import { containerNameOf } from '../shared/container-paths';
import { diagnoseContainer } from '../shared/diagnose-container';
import { readSpool } from '../shared/read-spool';
import { runFolderOf, runFolderPath } from '../shared/run-folder';
import { waitForChange } from '../shared/wait-for-change';
import type {
  CancelProgress,
  CheckFact,
  DriverContext,
  LaunchInput,
  Observation,
  RunHandle,
  SpoolStream,
  TargetDriver,
} from '../target-driver';
import { cancelLocalDocker } from './local-docker.cancel';
import { checkLocalDocker } from './local-docker.check';
import { cleanLocalDocker } from './local-docker.clean';
import { collectLocalDocker } from './local-docker.collect';
import { launchLocalDocker, stageLocalDocker } from './local-docker.launch';
import { observeLocalDocker } from './local-docker.observe';

/** Runs scripts in containers on the Docker engine of this machine. */
export class LocalDockerTargetDriver implements TargetDriver {
  readonly kind = 'local-docker';

  constructor(
    private readonly parts: ContainerParts,
    private readonly workRoot: string,
  ) {}

  check(target: ComputeTargetSettings, context: DriverContext): Promise<readonly CheckFact[]> {
    return checkLocalDocker(this.parts, this.workRoot, target, context);
  }

  handleFor(specification: RunSpecification): RunHandle {
    const { runId } = specification;
    return {
      kind: this.kind,
      runId,
      host: this.parts.host.name,
      runFolder: runFolderPath(this.workRoot, runId),
      containerName: containerNameOf(specification),
    };
  }

  stage(handle: RunHandle, input: LaunchInput, context: DriverContext): Promise<void> {
    return stageLocalDocker(this.parts, handle, input, context);
  }

  launch(handle: RunHandle, input: LaunchInput, context: DriverContext): Promise<RunHandle> {
    return launchLocalDocker(this.parts, handle, input, context);
  }

  observe(handle: RunHandle, context: DriverContext): Promise<Observation> {
    return observeLocalDocker(this.parts, handle, context);
  }

  read(handle: RunHandle, stream: SpoolStream, offset: number, limit: number): Promise<Buffer> {
    return readSpool(this.parts.host, runFolderOf(handle), stream, offset, limit);
  }

  waitForChange(
    handle: RunHandle,
    seen: Observation,
    milliseconds: number,
    context: DriverContext,
  ): Promise<void> {
    return waitForChange(this.parts.host, runFolderOf(handle), seen, milliseconds, context);
  }

  cancel(handle: RunHandle, context: DriverContext): Promise<CancelProgress> {
    return cancelLocalDocker(this.parts, handle, context);
  }

  collect(handle: RunHandle): ReturnType<TargetDriver['collect']> {
    return collectLocalDocker(this.parts, handle);
  }

  async retire(handle: RunHandle, context: DriverContext): Promise<void> {
    await retireContainer(this.parts, handle, context);
  }

  clean(handle: RunHandle, context: DriverContext): ReturnType<TargetDriver['clean']> {
    return cleanLocalDocker(this.parts, handle, context);
  }

  diagnose(handle: RunHandle, context: DriverContext): ReturnType<TargetDriver['diagnose']> {
    return diagnoseContainer(this.parts, handle, context);
  }
}
