/** The states of a run, in the order in which a healthy run passes them; the field's standard words. */
export const RUN_STATES = [
  'NotStarted',
  'Queued',
  'Preparing',
  'Starting',
  'Running',
  'Finalizing',
  'NotResponding',
  'CancelRequested',
  'Completed',
  'Failed',
  'Canceled',
] as const;

export type RunState = (typeof RUN_STATES)[number];

export type FinalRunState = 'Completed' | 'Failed' | 'Canceled';

/** True for the three states that nothing leaves. */
export function isFinal(state: RunState): state is FinalRunState {
  return state === 'Completed' || state === 'Failed' || state === 'Canceled';
}

/** What a client library claims with `Run.complete()` or `Run.fail()`; recorded, never a state. */
export interface StatusClaim {
  readonly status: 'Completed' | 'Failed';
  readonly details?: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}
