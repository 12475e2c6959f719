import type { RunHandle } from '../target-driver';

/** The paths of one run folder, wherever it is; ARCHITECTURE.md describes what is in them. */
export interface RunFolder {
  readonly root: string;
  readonly project: string;
  readonly outputs: string;
  readonly sdk: string;
  readonly home: string;
  readonly spool: string;
  readonly uploads: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly metrics: string;
  readonly control: string;
  /** Programs of ours: the supervisor, and what a container needs to start it. */
  readonly bin: string;
  readonly supervisor: string;
  readonly request: string;
  readonly claim: string;
  readonly started: string;
  readonly exit: string;
  readonly cancel: string;
  readonly staged: string;
  /** Written by a program of `bin` that cannot start the script: why, for people. */
  readonly startProblem: string;
}

export function runFolderAt(root: string): RunFolder {
  const control = `${root}/control`;
  const spool = `${root}/spool`;
  return {
    root,
    project: `${root}/project`,
    outputs: `${root}/project/outputs`,
    sdk: `${root}/sdk`,
    home: `${root}/home`,
    spool,
    uploads: `${spool}/uploads`,
    stdout: `${spool}/stdout.log`,
    stderr: `${spool}/stderr.log`,
    metrics: `${spool}/metrics.jsonl`,
    control,
    supervisor: `${control}/bin/supervisor.py`,
    request: `${control}/request.json`,
    claim: `${control}/claim`,
    started: `${control}/supervisor.json`,
    exit: `${control}/exit.json`,
    cancel: `${control}/cancel.json`,
    staged: `${control}/staged.json`,
    startProblem: `${control}/start-problem.txt`,
    bin: `${control}/bin`,
  };
}

export function runFolderOf(handle: RunHandle): RunFolder {
  return runFolderAt(handle.runFolder);
}

/** Where the folder of a run is below a work root. The run id has been checked where it was made: it holds no slash. */
export function runFolderPath(workRoot: string, runId: string): string {
  return `${workRoot.replace(/\/+$/, '')}/runs/${runId}`;
}
