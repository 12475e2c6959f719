import type { SubmitRequest } from './submit-request';

/** What decides an environment, among all that can be typed. */
export type EnvironmentChoice = Pick<SubmitRequest, 'configuration' | 'target' | 'framework' | 'refreshBase'>;

/** A submit of which only the environment matters. */
export function environmentRequest(choice: EnvironmentChoice): SubmitRequest {
  return {
    ...choice,
    script: undefined,
    arguments: [],
    environmentVariables: {},
    prepareEnvironment: undefined,
    tracked: undefined,
    timeLimitSeconds: null,
    name: null,
    description: null,
    tags: {},
    idempotencyKey: undefined,
  };
}
