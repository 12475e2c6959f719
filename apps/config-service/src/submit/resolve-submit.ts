import { hasErrors, resolveRun, type ResolvedRun, type RunOverrides, type SourceFile } from '@aml/aml-config';
import type {
  ComputeTargetSettings,
  EnvironmentInputs,
  FindingBody,
  SparkSettings,
  SubmitBody,
} from '@aml/contracts';
import { FindingsError } from '@aml/service-kit';
import type { Snapshot, SnapshotStore } from '../snapshots/snapshot-store';
import { checkScript } from './check-script';
import { readProjectFiles } from './read-project-files';
import { specifyEnvironment, specifySpark, specifyTarget } from './specify-target';

/** Everything about a run that follows from its project and from what was typed. */
export interface ResolvedSubmit {
  readonly snapshot: Snapshot;
  readonly run: ResolvedRun;
  readonly script: string;
  readonly arguments: readonly string[];
  readonly target: ComputeTargetSettings;
  readonly environment: EnvironmentInputs | null;
  readonly spark: SparkSettings | null;
  readonly findings: readonly FindingBody[];
}

export type SubmitChoices = Pick<SubmitBody, 'snapshotId' | 'configuration' | 'target' | 'framework'> &
  Partial<
    Pick<SubmitBody, 'script' | 'arguments' | 'environmentVariables' | 'prepareEnvironment' | 'tracked'>
  > & {
    /** The environment is asked for, and no script need be there. Default: false. */
    readonly environmentOnly?: boolean;
  };

/** Reads `aml_config` out of the snapshot and merges what was typed. @throws FindingsError with file, line and corrected text. */
export class ResolveSubmit {
  /** As long as a snapshot is remembered: many runs of one snapshot read its configuration once. */
  private readonly files = new WeakMap<Snapshot, Promise<SourceFile[]>>();

  constructor(private readonly snapshots: SnapshotStore) {}

  async execute(choices: SubmitChoices): Promise<ResolvedSubmit> {
    const snapshot = await this.snapshots.load(choices.snapshotId);
    const files = await this.filesOf(snapshot);
    const { resolved, findings } = resolveRun(files, choices.configuration, overridesOf(choices));
    if (!resolved || hasErrors(findings)) throw new FindingsError(findings as FindingBody[]);
    const script = resolved.script ?? '';
    const problem = choices.environmentOnly ? undefined : checkScript(script, snapshot);
    const all = [...(findings as readonly FindingBody[]), ...(problem ? [problem] : [])];
    if (problem?.severity === 'error') throw new FindingsError(all);
    const target = specifyTarget(resolved.computeTarget);
    return {
      snapshot,
      run: resolved,
      script,
      arguments: resolved.argumentVector.slice(1),
      target,
      environment: specifyEnvironment(resolved, target, snapshot.id),
      spark: specifySpark(resolved),
      findings: all,
    };
  }

  private filesOf(snapshot: Snapshot): Promise<SourceFile[]> {
    const known = this.files.get(snapshot);
    const files = known ?? readProjectFiles(snapshot, this.snapshots);
    if (!known) {
      this.files.set(snapshot, files);
      files.catch(() => this.files.delete(snapshot));
    }
    return files;
  }
}

/** Stands in the place of `$file` where only the environment is asked for; it is never looked for. */
const NO_SCRIPT = '(none)';

function overridesOf(choices: SubmitChoices): RunOverrides {
  const { target, framework, environmentVariables, prepareEnvironment, tracked } = choices;
  const script = choices.environmentOnly ? NO_SCRIPT : choices.script;
  return {
    arguments: choices.arguments ?? [],
    ...(script === undefined ? {} : { script }),
    ...(target === undefined ? {} : { target }),
    ...(framework === undefined ? {} : { framework }),
    ...(environmentVariables === undefined ? {} : { environmentVariables }),
    ...(prepareEnvironment === undefined ? {} : { prepareEnvironment }),
    ...(tracked === undefined ? {} : { trackedRun: tracked }),
  };
}
