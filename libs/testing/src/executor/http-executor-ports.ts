import { AppError, toErrorData, type ErrorData } from '@aml/errors';
import type { RunReporter, RunWork, WorkSource } from '@aml/executor';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

type Arguments = readonly unknown[];
type Handler = (args: Arguments, body: IncomingMessage) => Promise<unknown>;

/**
 * Both ports of the executor with HTTP between them: whatever an executor needs must survive JSON and byte streams, as
 * it will when executors run on other machines. Arguments travel as JSON in a header, bytes as the body.
 */
export class HttpExecutorServer {
  private readonly server: Server;
  private readonly handlers: Readonly<Record<string, Handler>>;

  constructor(source: WorkSource, reporter: RunReporter) {
    this.handlers = { ...sourceHandlers(source), ...reporterHandlers(reporter) };
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const handler = this.handlers[(request.url ?? '').slice(1)];
      if (!handler) throw new AppError({ code: 'not-found', message: `no ${request.url}` });
      const header = String(request.headers['x-arguments'] ?? '');
      const args = JSON.parse(Buffer.from(header, 'base64url').toString()) as unknown[];
      const result = await handler(args, request);
      if (result instanceof Readable) {
        response.writeHead(200, { 'content-type': 'application/octet-stream' });
        await pipeline(result, response);
      } else {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ result }));
      }
    } catch (error) {
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(JSON.stringify({ error: toErrorData(error) }));
    }
  }
}

function sourceHandlers(source: WorkSource): Record<string, Handler> {
  return {
    lease: ([owner, waitMs]) => source.lease(owner as string, waitMs as number),
    renew: ([runId, fence]) => source.renew(runId as string, fence as number),
    saveHandle: ([runId, fence, handle]) =>
      source.saveHandle(runId as string, fence as number, handle as Parameters<WorkSource['saveHandle']>[2]),
    openSnapshot: ([id]) => source.openSnapshot(id as string, new AbortController().signal),
    resolveSecrets: ([references, runId, fence]) =>
      source.resolveSecrets(references as string[], runId as string, fence as number),
  };
}

function reporterHandlers(reporter: RunReporter): Record<string, Handler> {
  return {
    changeState: (args) => reporter.changeState(...(args as Parameters<RunReporter['changeState']>)),
    positions: async ([runId]) => {
      const positions = await reporter.positions(runId as string);
      return { ...positions, artifacts: [...positions.artifacts] };
    },
    appendLog: async ([runId, fence, stream, offset, masked], body) =>
      reporter.appendLog(
        runId as string,
        fence as number,
        stream as 'stdout',
        offset as number,
        await whole(body),
        masked as number,
      ),
    sealLog: (args) => reporter.sealLog(...(args as Parameters<RunReporter['sealLog']>)),
    appendMetrics: (args) => reporter.appendMetrics(...(args as Parameters<RunReporter['appendMetrics']>)),
    storeArtifact: ([runId, fence, path, size], body) =>
      reporter.storeArtifact(
        runId as string,
        fence as number,
        path as string,
        size as number,
        async () => body,
      ),
    finish: (args) => reporter.finish(...(args as Parameters<RunReporter['finish']>)),
  };
}

async function whole(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** The executor's end of the connection. */
class HttpClient {
  constructor(private readonly url: string) {}

  async call(method: string, args: Arguments, body?: Buffer | Readable): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.url}/${method}`, {
        method: 'POST',
        headers: { 'x-arguments': Buffer.from(JSON.stringify(args)).toString('base64url') },
        ...(body === undefined ? {} : { body: body as unknown as ReadableStream }),
        ...(body instanceof Readable ? { duplex: 'half' as const } : {}),
      });
    } catch (cause) {
      throw new AppError({ code: 'server-away', message: `no answer to ${method}`, retryable: true, cause });
    }
    if (response.ok) return response;
    const { error } = (await response.json()) as { error: ErrorData };
    throw AppError.fromData(error);
  }

  async ask<Result>(method: string, args: Arguments, body?: Buffer | Readable): Promise<Result> {
    const response = await this.call(method, args, body);
    return ((await response.json()) as { result: Result }).result;
  }
}

export function httpWorkSource(url: string): WorkSource {
  const client = new HttpClient(url);
  return {
    lease: (...args) => client.ask<RunWork | undefined>('lease', args),
    renew: (...args) => client.ask('renew', args),
    saveHandle: (...args) => client.ask('saveHandle', args),
    resolveSecrets: (...args) => client.ask('resolveSecrets', args),
    openSnapshot: async (id) => {
      const response = await client.call('openSnapshot', [id]);
      return Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]);
    },
  };
}

export function httpRunReporter(url: string): RunReporter {
  const client = new HttpClient(url);
  return {
    changeState: (...args) => client.ask('changeState', args),
    positions: async (runId) => {
      type Sent = Omit<Awaited<ReturnType<RunReporter['positions']>>, 'artifacts'>;
      const sent = await client.ask<Sent & { artifacts: [string, string][] }>('positions', [runId]);
      return { ...sent, artifacts: new Map(sent.artifacts) };
    },
    appendLog: (runId, fence, stream, offset, bytes, masked) =>
      client.ask('appendLog', [runId, fence, stream, offset, masked], bytes),
    sealLog: (...args) => client.ask('sealLog', args),
    appendMetrics: (...args) => client.ask('appendMetrics', args),
    storeArtifact: async (runId, fence, path, size, open) =>
      client.ask('storeArtifact', [runId, fence, path, size], await open()),
    finish: (...args) => client.ask('finish', args),
  };
}
