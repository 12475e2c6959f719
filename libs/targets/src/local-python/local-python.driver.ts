import type { ComputeTargetSettings, RunSpecification } from '@aml/contracts';
import { diagnoseRunFolder } from '../shared/diagnose-run-folder';
import { readSpool } from '../shared/read-spool';
import { runFolderOf, runFolderPath } from '../shared/run-folder';
import type { SuperviseParts } from '../shared/supervise-parts';
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
import { cancelLocalPython } from './local-python.cancel';
import { checkLocalPython } from './local-python.check';
import { cleanLocalPython } from './local-python.clean';
import { collectLocalPython } from './local-python.collect';
import { launchLocalPython, stageLocalPython } from './local-python.launch';
import { observeLocalPython } from './local-python.observe';

/** Runs scripts with the user's Python on this machine. */
export class LocalPythonTargetDriver implements TargetDriver {
  readonly kind = 'local-python';

  constructor(
    private readonly parts: SuperviseParts,
    private readonly workRoot: string,
  ) {}

  check(target: ComputeTargetSettings, context: DriverContext): Promise<readonly CheckFact[]> {
    return checkLocalPython(this.parts, this.workRoot, target, context);
  }

  handleFor(specification: RunSpecification): RunHandle {
    const { runId } = specification;
    return {
      kind: this.kind,
      runId,
      host: this.parts.host.name,
      runFolder: runFolderPath(this.workRoot, runId),
    };
  }

  stage(handle: RunHandle, input: LaunchInput, context: DriverContext): Promise<void> {
    return stageLocalPython(this.parts, handle, input, context);
  }

  launch(handle: RunHandle, input: LaunchInput, context: DriverContext): Promise<RunHandle> {
    return launchLocalPython(this.parts, handle, input, context);
  }

  observe(handle: RunHandle, context: DriverContext): Promise<Observation> {
    return observeLocalPython(this.parts, handle, context);
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
    return cancelLocalPython(this.parts, handle, context);
  }

  collect(handle: RunHandle): ReturnType<TargetDriver['collect']> {
    return collectLocalPython(this.parts, handle);
  }

  clean(handle: RunHandle, context: DriverContext): ReturnType<TargetDriver['clean']> {
    return cleanLocalPython(this.parts, handle, context);
  }

  diagnose(handle: RunHandle): ReturnType<TargetDriver['diagnose']> {
    return diagnoseRunFolder(this.parts.host, runFolderOf(handle));
  }
}
