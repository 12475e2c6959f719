import { AppError } from '@aml/errors';
import { isFinal, type RunState } from './run-state';

/**
 * Which state may follow which. Final states have no followers. `CancelRequested` follows every state that is not
 * final; `NotResponding` follows the states in which a target is involved, and leads back to any of them.
 */
export const RUN_TRANSITIONS: Readonly<Record<RunState, readonly RunState[]>> = {
  NotStarted: ['Queued', 'CancelRequested', 'Failed', 'Canceled'],
  Queued: ['Preparing', 'Starting', 'CancelRequested', 'Failed', 'Canceled'],
  Preparing: ['Queued', 'Starting', 'CancelRequested', 'Failed', 'Canceled'],
  Starting: ['Running', 'Finalizing', 'NotResponding', 'CancelRequested', 'Failed', 'Canceled'],
  Running: ['Finalizing', 'NotResponding', 'CancelRequested'],
  Finalizing: ['NotResponding', 'CancelRequested', 'Completed', 'Failed', 'Canceled'],
  NotResponding: ['Starting', 'Running', 'Finalizing', 'CancelRequested', 'Failed'],
  CancelRequested: ['NotResponding', 'Finalizing', 'Canceled', 'Completed', 'Failed'],
  Completed: [],
  Failed: [],
  Canceled: [],
};

export function mayFollow(from: RunState, to: RunState): boolean {
  return RUN_TRANSITIONS[from].includes(to);
}

/** Returns `to` where the step is allowed. @throws AppError `run-transition-refused` (blame: us) where it is not. */
export function transition(from: RunState, to: RunState): RunState {
  if (mayFollow(from, to)) return to;
  throw new AppError({
    code: 'run-transition-refused',
    message: isFinal(from)
      ? `a run that is ${from} cannot become ${to}: nothing leaves a final state`
      : `a run cannot go from ${from} to ${to}`,
  });
}
