import type { ConfigServiceComponents } from '@aml/api-client';
import type { ClientContext } from '../shell/client-context';

export type SubmitBody = ConfigServiceComponents['schemas']['Submit'];

/** What was typed at submit, parsed; nothing is looked up yet. */
export interface SubmitRequest {
  readonly configuration: string;
  readonly target: string | undefined;
  /** As typed. */
  readonly script: string | undefined;
  readonly arguments: readonly string[];
  readonly framework: 'Python' | 'PySpark' | undefined;
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly prepareEnvironment: boolean | undefined;
  readonly refreshBase: boolean;
  readonly tracked: boolean | undefined;
  readonly timeLimitSeconds: number | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly idempotencyKey: string | undefined;
}

/** The request as config-service takes it; what was not typed is left out, so that the files decide. */
export function submitBody(
  request: SubmitRequest,
  known: {
    readonly projectId: string;
    readonly snapshotId: string;
    readonly script: string | undefined;
    readonly client: ClientContext;
  },
): SubmitBody {
  return {
    projectId: known.projectId,
    snapshotId: known.snapshotId,
    configuration: request.configuration,
    arguments: [...request.arguments],
    environmentVariables: { ...request.environmentVariables },
    refreshBase: request.refreshBase,
    timeLimitSeconds: request.timeLimitSeconds,
    name: request.name,
    description: request.description,
    tags: { ...request.tags },
    client: known.client,
    ...(request.target === undefined ? {} : { target: request.target }),
    ...(known.script === undefined ? {} : { script: known.script }),
    ...(request.framework === undefined ? {} : { framework: request.framework }),
    ...(request.prepareEnvironment === undefined ? {} : { prepareEnvironment: request.prepareEnvironment }),
    ...(request.tracked === undefined ? {} : { tracked: request.tracked }),
    ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
  };
}
