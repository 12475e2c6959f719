import { IncomingMessage } from 'node:http';
import { Duplex, Readable } from 'node:stream';
import type Docker from 'dockerode';
import { toDockerError, type FailedAction } from './docker-error';

export interface EngineRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Parts are joined by `/` and encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  /** A tar, sent instead of a body. */
  readonly file?: Readable;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly signal: AbortSignal;
  readonly failed: Omit<FailedAction, 'address'>;
}

const success = { 200: true, 201: true, 204: true, 304: true };

/** Requests to one engine through the client library; failures come out as our errors. */
export class EngineConnection {
  constructor(
    private readonly docker: Docker,
    readonly address: string,
  ) {}

  /** The parsed JSON of the answer. */
  async json<T>(request: EngineRequest): Promise<T> {
    return (await this.dial(request, {})) as T;
  }

  /** The answer as a stream, which ends when the signal is aborted. */
  async stream(request: EngineRequest): Promise<IncomingMessage> {
    const answer = await this.dial(request, { isStream: true });
    if (!(answer instanceof IncomingMessage)) throw new Error('the engine did not answer with a stream');
    return answer;
  }

  /** The connection itself, both ways, after an upgrade. */
  async hijack(request: EngineRequest): Promise<Duplex> {
    const answer = await this.dial(request, { hijack: true });
    if (!(answer instanceof Duplex)) throw new Error('the engine did not upgrade the connection');
    return answer;
  }

  failedAction(failed: Omit<FailedAction, 'address'>): FailedAction {
    return { address: this.address, ...failed };
  }

  private dial(request: EngineRequest, mode: { isStream?: boolean; hijack?: boolean }): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.docker.modem.dial(
        {
          path: `/${request.path.map(encodeURIComponent).join('/')}?`,
          method: request.method,
          options: { _query: definedOnly(request.query), _body: request.body ?? {} },
          ...(request.file ? { file: request.file } : {}),
          ...(request.headers ? { headers: { ...request.headers } } : {}),
          abortSignal: request.signal,
          statusCodes: success,
          ...mode,
        },
        (error: Error | null, answer: unknown) =>
          error ? reject(toDockerError(error, this.failedAction(request.failed))) : resolve(answer),
      );
    });
  }
}

function definedOnly(query: EngineRequest['query']): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(query ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
