import type { ServiceClients } from '@aml/api-client';
import { AppError, toAppError, type ErrorData } from '@aml/errors';
import type { CommandContext } from '../command';
import { INTERRUPTED } from '../failure-exit-code';
import { printableLines } from '../output/printable';
import { afterCaret, askOnInterrupt, terminalKeys } from './ask-on-interrupt';
import type { EndLine } from './follow-line';
import { followRun, type FollowSink } from './follow-run';
import { openFollow } from './open-follow';
import { runExitCode } from './run-exit-code';
import { summarizeRun } from './summarize-run';

export interface ShowRunOptions {
  readonly runId: string;
  /** Changes of state as lines on stderr. Default: on a terminal. */
  readonly states: boolean;
  /** Ask on Ctrl-C whether to cancel, and say on stderr how it ended. `logs --follow` does not: it only looks. */
  readonly owner: boolean;
}

/** Shows a run as it goes, to its end. @returns the exit code. @throws AppError `interrupted`. */
export async function showRun(
  clients: ServiceClients,
  context: CommandContext,
  options: ShowRunOptions,
): Promise<number> {
  const { terminal } = context;
  const stop = new AbortController();
  const held: (readonly [stream: string, bytes: Uint8Array])[] = [];
  let asking = false;
  let interrupted: Promise<void> | undefined;
  let canceled = false;
  let current = clients;
  const write = (stream: string, bytes: Uint8Array): void => {
    if (asking) held.push([stream, bytes]);
    else (stream === 'stdout' ? terminal.out : terminal.err)(bytes);
  };
  const flush = (): void => {
    asking = false;
    for (const [stream, bytes] of held.splice(0)) write(stream, bytes);
  };
  const onInterrupt = (): void => {
    interrupted ??= handleInterrupt().finally(() => {
      if (!stop.signal.aborted) interrupted = undefined;
    });
  };
  const handleInterrupt = async (): Promise<void> => {
    if (canceled || !options.owner || !terminal.inIsTerminal || !terminal.errIsTerminal) {
      afterCaret(terminal);
      return stop.abort();
    }
    asking = true;
    const answer = await askOnInterrupt({ terminal, onKey: terminalKeys });
    flush();
    if (answer === 'leave') return stop.abort();
    canceled = true;
    try {
      await cancel(current, options.runId);
    } catch (thrown) {
      canceled = false;
      terminal.err(`it could not be asked for: ${toAppError(thrown).message}; Ctrl-C asks again\n`);
      return;
    }
    terminal.err(`${terminal.errColors.dim('canceling; Ctrl-C again to stop waiting …')}\n`);
  };
  const sink: FollowSink = {
    chunk: write,
    state: (line) => {
      if (!options.states || asking || line.state === 'NotStarted') return;
      const reason = line.reason === '' ? '' : `: ${line.reason}`;
      terminal.err(`${terminal.errColors.dim(printableLines(`${line.state}${reason}`))}\n`);
    },
    reconnecting: (why) => {
      if (terminal.errIsTerminal)
        terminal.err(`${terminal.errColors.dim(`connection lost (${why}), trying again …`)}\n`);
    },
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    const end = await followRun(
      {
        open: (offsets, signal) => openFollow(current, options.runId, offsets, signal),
        revive: async () => {
          current = await context.connect();
        },
      },
      sink,
      stop.signal,
    );
    if (end === undefined) throw leftGoing(options.runId, canceled);
    await interrupted;
    return await tellEnd(current, context, options, end, canceled);
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}

async function tellEnd(
  clients: ServiceClients,
  context: CommandContext,
  options: ShowRunOptions,
  end: EndLine,
  canceled: boolean,
): Promise<number> {
  if (options.owner) await summarizeRun(clients, context, options.runId, end);
  return canceled && end.status === 'Canceled'
    ? 130
    : runExitCode(end as EndLine & { error: ErrorData | null });
}

async function cancel(clients: ServiceClients, runId: string): Promise<void> {
  const { unwrap } = await import('@aml/api-client');
  await unwrap(clients.dispatcher.POST('/runs/{runId}/cancel', { params: { path: { runId } } }));
}

function leftGoing(runId: string, canceled: boolean): AppError {
  return new AppError({
    code: INTERRUPTED,
    message: canceled ? `run ${runId} is being canceled` : `run ${runId} goes on`,
    hint: canceled
      ? `See how it ends: aml experiment status -r ${runId}`
      : `Follow it: aml experiment logs -r ${runId} --follow\n      Cancel it: aml experiment cancel -r ${runId}`,
    blame: 'user',
  });
}
