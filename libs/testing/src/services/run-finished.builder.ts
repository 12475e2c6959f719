import type { EventData, runFinishedV1 } from '@aml/contracts';

type RunFinished = EventData<typeof runFinishedV1>;

/** The end of a run that succeeded and of which little is known; `given` wins. */
export function aRunFinished(given: Pick<RunFinished, 'runId'> & Partial<RunFinished>): RunFinished {
  return {
    from: 'Running',
    status: 'Completed',
    at: new Date().toISOString(),
    why: { reason: 'over' },
    exitCode: 0,
    signal: null,
    error: null,
    scriptStartedAt: null,
    scriptEndedAt: null,
    durationSeconds: null,
    warnings: [],
    ...given,
  };
}
