import { AppError, type ErrorData } from '@aml/errors';
import createClient, { type Client } from 'openapi-fetch';
import type { paths as ConfigServicePaths } from './generated/config-service';
import type { paths as DispatcherPaths } from './generated/dispatcher';
import type { paths as EnvironmentBuilderPaths } from './generated/environment-builder';
import type { paths as RunHistoryPaths } from './generated/run-history';
import type { paths as TargetRegistryPaths } from './generated/target-registry';

/** Header by which a write tells how far readers must have got, and a read says how far it wants them to be. */
export const POSITION_HEADER = 'x-aml-position';

export interface ServiceClients {
  readonly configService: Client<ConfigServicePaths>;
  readonly dispatcher: Client<DispatcherPaths>;
  readonly environmentBuilder: Client<EnvironmentBuilderPaths>;
  readonly runHistory: Client<RunHistoryPaths>;
  readonly targetRegistry: Client<TargetRegistryPaths>;
  /** For bytes: a request to a service with the token and the position set; throws like `unwrap` where it fails. */
  readonly raw: (
    service: ServiceName,
    path: string,
    init?: RequestInit & { duplex?: 'half' },
  ) => Promise<Response>;
}

export type ServiceName =
  'config-service' | 'dispatcher' | 'environment-builder' | 'run-history' | 'target-registry';

export interface ClientOptions {
  /** Base URL of a service, asked for when it is first used; standalone serves all five under one. */
  readonly urlOf: (service: ServiceName) => string;
  readonly token: string;
}

/** Typed clients of the five services. Positions of writes are remembered and sent with the reads that follow. */
export function connectServices(options: ClientOptions): ServiceClients {
  const positions = new Map<string, string>();
  const send = async (input: string | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    request.headers.set('authorization', `Bearer ${options.token}`);
    if (positions.size > 0) request.headers.set(POSITION_HEADER, [...positions.values()].join(','));
    const response = await fetch(request).catch((error: unknown) => {
      throw unreachable(request.url, error);
    });
    remember(positions, response.headers.get(POSITION_HEADER));
    return response;
  };
  const client = <Paths extends object>(service: ServiceName) =>
    once(() => createClient<Paths>({ baseUrl: options.urlOf(service), fetch: send }));
  const configService = client<ConfigServicePaths>('config-service');
  const dispatcher = client<DispatcherPaths>('dispatcher');
  const environmentBuilder = client<EnvironmentBuilderPaths>('environment-builder');
  const runHistory = client<RunHistoryPaths>('run-history');
  const targetRegistry = client<TargetRegistryPaths>('target-registry');
  return {
    get configService() {
      return configService();
    },
    get dispatcher() {
      return dispatcher();
    },
    get environmentBuilder() {
      return environmentBuilder();
    },
    get runHistory() {
      return runHistory();
    },
    get targetRegistry() {
      return targetRegistry();
    },
    raw: async (service, path, init) => {
      const response = await send(`${options.urlOf(service)}${path}`, init);
      if (!response.ok) throw problemToError(await response.json().catch(() => undefined), response.status);
      return response;
    },
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Positions look like `topic/lane/sequence`; the highest of each lane is kept. */
function remember(positions: Map<string, string>, header: string | null): void {
  for (const position of header?.split(',') ?? []) {
    const cut = position.lastIndexOf('/');
    const lane = position.slice(0, cut);
    const known = positions.get(lane);
    if (!known || Number(known.slice(cut + 1)) < Number(position.slice(cut + 1)))
      positions.set(lane, position);
  }
}

function unreachable(url: string, cause: unknown): AppError {
  return new AppError({
    code: 'service-unreachable',
    message: `no answer from ${new URL(url).origin}`,
    hint: 'See `aml server status` and `aml server logs`.',
    retryable: true,
    blame: 'us',
    cause,
  });
}

/** An AppError that also holds the findings of the problem body. */
export class ServiceError extends AppError {
  readonly findings: readonly ServiceFinding[];
  readonly operationId: string | undefined;
  readonly status: number;

  constructor(
    error: ErrorData,
    findings: readonly ServiceFinding[],
    operationId: string | undefined,
    status: number,
  ) {
    super({ ...error, cause: error.cause ? AppError.fromData(error.cause) : undefined });
    this.findings = findings;
    this.operationId = operationId;
    this.status = status;
  }
}

export interface ServiceFinding {
  severity: 'error' | 'warning';
  code: string;
  message: string;
  file: string;
  line: number;
  column: number;
  fix?: string;
  hint?: string;
}

function problemToError(body: unknown, status: number): AppError {
  const problem = body as
    { error?: ErrorData; findings?: ServiceFinding[]; operationId?: string } | undefined;
  if (problem?.error?.code) {
    return new ServiceError(problem.error, problem.findings ?? [], problem.operationId, status);
  }
  return new AppError({
    code: 'service-answer-unreadable',
    message: `a service answered ${status} without a problem body`,
  });
}

/** The data of an answer. @throws ServiceError where the service answered with a problem. */
export async function unwrap<Data>(
  answer: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<NonNullable<Data>> {
  const { data, error, response } = await answer;
  if (error !== undefined || !response.ok) throw problemToError(error, response.status);
  return data as NonNullable<Data>;
}
