import type { RunSpecification } from '@aml/contracts';
import { runFolderAt } from './run-folder';

/** Where a run folder is inside its container. */
export const RUN_MOUNT = '/azureml-run';

/** Where the folder shared by the runs of a project is inside a container. */
export const SHARE_MOUNT = '/azureml-share';

/** The run folder as the script sees it. */
export const insideContainer = runFolderAt(RUN_MOUNT);

export function containerNameOf(specification: RunSpecification): string {
  return `aml-${specification.slug}`;
}

/** Labels by which a sweeper finds containers of runs, and only those. */
export const runLabels = {
  owner: 'aml.owner',
  kind: 'aml.kind',
  run: 'aml.run',
  project: 'aml.project',
} as const;

export function labelsOfRun(specification: RunSpecification): Readonly<Record<string, string>> {
  return {
    [runLabels.owner]: 'aml',
    [runLabels.kind]: 'run',
    [runLabels.run]: specification.runId,
    [runLabels.project]: specification.projectName,
  };
}
