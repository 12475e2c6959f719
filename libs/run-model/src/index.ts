export { formatDuration } from './run-duration';
export { parseRunId, runIdOf, runSlug } from './run-id';
export type { RunId } from './run-id';
export { isFinal, RUN_STATES } from './run-state';
export type { FinalRunState, RunState, StatusClaim } from './run-state';
export { mayFollow, RUN_TRANSITIONS, transition } from './run-transitions';
export { TARGET_KINDS } from './target-kind';
export type { TargetKind } from './target-kind';
