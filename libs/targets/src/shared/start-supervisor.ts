import { AppError } from '@aml/errors';
import { z } from 'zod';
import type { RunHandle } from '../target-driver';
import { readControlFile, SupervisorFile } from './control-files';
import type { Host } from './host';
import type { RunFolder } from './run-folder';

/** What `supervisor.py --detach` prints. */
const Answer = z.object({
  state: z.enum(['started', 'running', 'adopted', 'finished', 'unsupervised']),
  supervisor: z.object({ pid: z.number().int(), startTime: z.string() }).nullish(),
});

/**
 * Starts the supervisor of a run folder, or finds the one that is there; the script starts once, however often this is
 * called. A supervisor that was killed is replaced by one that watches and ends what the first had started.
 */
export async function startSupervisor(
  host: Host,
  folder: RunFolder,
  python: string,
  signal?: AbortSignal,
): Promise<NonNullable<RunHandle['launched']>> {
  // Without site packages and variables of the user: nothing of theirs runs in the supervisor, and it starts sooner.
  const argv = [python, '-S', '-E', '-B', folder.supervisor, folder.root, '--detach'];
  const result = await host.run(argv, { timeoutMs: 60_000, cwd: '/', ...(signal ? { signal } : {}) });
  const answer = parseAnswer(result.stdout);
  if (result.exitCode !== 0 || !answer) throw launchFailed(python, result.stderr || result.stdout);
  const started = await readControlFile(host, folder.started, SupervisorFile);
  const { supervisor } = answer;
  return {
    ...(supervisor ? { supervisorPid: supervisor.pid, startTime: supervisor.startTime } : {}),
    ...(started?.bootId ? { bootId: started.bootId } : {}),
  };
}

function parseAnswer(text: string): z.infer<typeof Answer> | undefined {
  try {
    return Answer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function launchFailed(python: string, output: string): AppError {
  const said = output.trim().split('\n').slice(-3).join(' ').slice(0, 500);
  if (/no space left on device|disk quota exceeded/i.test(said)) {
    return new AppError({
      code: 'disk-full',
      message: `the run cannot be started: ${said}`,
      hint: 'Make room (`aml experiment clean` removes the folders of finished runs), then submit again.',
      blame: 'target',
    });
  }
  return new AppError({
    code: 'launch-failed',
    message: `the supervisor of the run could not be started with "${python}": ${said || 'it said nothing'}`,
    hint: `Check that "${python} --version" works and is Python 2.7, or 3.5 or later.`,
    blame: 'target',
  });
}
