import type { ErrorBody } from '@aml/contracts';
import type { CancelProgress, ExitRecord } from '@aml/targets';
import type { RunOutcome } from './executor-ports';

/** What is known of a run that has ended. */
export interface EndedRun {
  readonly exit: ExitRecord;
  /** Where the exit was seen. */
  readonly evidence: string;
  readonly cancelRequested: boolean;
  /** The last answer to a cancel, where one was needed as proof. */
  readonly cancel: CancelProgress | null;
  /** The last bytes of stderr, for what only the script said. */
  readonly stderrEnd: string;
  readonly timeLimitSeconds: number | null;
}

type Verdict = Pick<RunOutcome, 'status' | 'error'> & { readonly reason: string };

/** The final state of a run and the reason, from its exit record alone. */
export function outcomeOf(run: EndedRun, warnings: readonly string[] = []): RunOutcome {
  const { exit } = run;
  const { status, error, reason } = verdictOf(run);
  return {
    status,
    error,
    exit,
    why: {
      reason,
      evidence: exit.reason === 'lost' ? 'process-gone' : 'exit-record',
      details: { seen: run.evidence, exitCode: exit.exitCode, signal: exit.signal },
    },
    warnings: [...warnings, ...exitWarnings(exit, status)],
  };
}

function verdictOf(run: EndedRun): Verdict {
  const { exit } = run;
  const gone = exit.verifiedGone || run.cancel?.phase === 'verified-gone';
  switch (exit.reason) {
    case 'exited':
      return exit.exitCode === 0
        ? { status: 'Completed', error: null, reason: 'the script ended with exit code 0' }
        : scriptFailed(exit, run.stderrEnd);
    case 'canceled':
      if (gone) return { status: 'Canceled', error: null, reason: 'canceled; nothing of it runs any more' };
      return failed('cancel-unproved', `canceled, but not proved gone: ${listed(exit.survivors)}`, {
        hint: 'Look at the named processes on the target.',
      });
    case 'timeLimit':
      return failed('time-limit', `the time limit of ${run.timeLimitSeconds ?? '?'} s was over`, {
        blame: 'user',
        hint: 'Submit again with a longer --time-limit.',
      });
    case 'terminated':
      return failed('run-terminated', 'the run was ended from outside, as by a shutdown of the machine', {
        hint: 'Submit again.',
      });
    case 'startFailed':
      return startFailed(exit);
    case 'outOfMemory':
      return failed('out-of-memory', exit.message ?? 'the script was killed for want of memory', {
        hint: 'Give the target more memory (memory in its .compute file), or let the script use less.',
      });
    case 'lost':
      if (run.cancelRequested && gone) {
        return {
          status: 'Canceled',
          error: null,
          reason: `canceled; nothing of it runs any more (${run.evidence})`,
        };
      }
      return failed('run-lost', exit.message ?? 'how the run ended is not known', {
        hint: '`aml experiment diagnostics -r RUN` collects what is left of it.',
      });
  }
}

const DISK_FULL = /no space left on device|disk quota exceeded/i;

function scriptFailed(exit: ExitRecord, stderrEnd: string): Verdict {
  const how =
    exit.signal === null
      ? `the script ended with exit code ${exit.exitCode ?? '?'}`
      : `the script was ended by ${exit.signal}`;
  if (DISK_FULL.test(stderrEnd)) {
    return failed('disk-full', `${how}: the disk of the target is full`, {
      hint: 'Make room there (`aml experiment clean` removes the folders of finished runs), then submit again.',
    });
  }
  const said = exit.message === undefined ? '' : ` (${exit.message})`;
  return failed('script-failed', how + said, {
    blame: 'user',
    hint: 'Its output says why: `aml experiment logs`.',
  });
}

function startFailed(exit: ExitRecord): Verdict {
  const message = exit.message ?? 'the script could not be started';
  if (DISK_FULL.test(message)) {
    return failed('disk-full', `the script could not be started: ${message}`, {
      hint: 'Make room there (`aml experiment clean` removes the folders of finished runs), then submit again.',
    });
  }
  return failed('start-failed', `the script could not be started: ${message}`, {});
}

function failed(
  code: string,
  message: string,
  more: { readonly blame?: ErrorBody['blame']; readonly hint?: string },
): Verdict {
  const { blame = 'target', hint } = more;
  return {
    status: 'Failed',
    reason: message,
    error: { code, message, retryable: false, blame, ...(hint === undefined ? {} : { hint }) },
  };
}

function exitWarnings(exit: ExitRecord, status: RunOutcome['status']): string[] {
  const warnings: string[] = [];
  if (exit.leftovers.length > 0) {
    const names = exit.leftovers.map(({ pid, command }) => `${pid} (${command})`);
    warnings.push(`outlived the script and were ended: ${listed(names)}`);
  }
  if (!exit.verifiedGone && status !== 'Canceled') {
    warnings.push(`not proved to be gone: ${listed(exit.survivors)}`);
  }
  return warnings;
}

function listed(names: readonly string[]): string {
  return names.join(', ') || 'processes whose names are not known';
}
