import { runHistoryApi, type InputOf, type ResultOf } from '@aml/contracts';
import { bodyStream, Input, Route, type ServiceRequest } from '@aml/service-kit';
import { Controller, Req, Res, StreamableFile } from '@nestjs/common';
import type { Response } from 'express';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ShowRun } from '../record/show-run';
import { driverLog } from './driver-log';
import { FollowRun } from './follow-run';
import { LogStore } from './log-store';

const api = runHistoryApi.endpoints;

@Controller()
export class LogsController {
  constructor(
    private readonly logs: LogStore,
    private readonly followRun: FollowRun,
    private readonly showRun: ShowRun,
  ) {}

  @Route(api.followRun)
  async follow(
    @Input() { params, query }: InputOf<typeof api.followRun>,
    @Req() request: ServiceRequest,
    @Res() response: Response,
  ): Promise<void> {
    const closed = new AbortController();
    request.once('close', () => closed.abort());
    response.once('close', () => closed.abort());
    const lines = this.followRun.execute(params.runId, { ...query, build: query.build }, closed.signal);
    const first = await lines.next();
    response.type('application/x-ndjson');
    response.flushHeaders();
    if (!first.done) response.write(`${JSON.stringify(first.value)}\n`);
    for await (const line of lines) {
      if (response.write(`${JSON.stringify(line)}\n`)) continue;
      await new Promise<void>((resolve) => {
        response.once('drain', resolve);
        response.once('close', resolve);
      });
    }
    response.end();
  }

  @Route(api.readLog)
  async read(@Input() { params, query }: InputOf<typeof api.readLog>): Promise<StreamableFile> {
    await this.showRun.execute(params.runId);
    const chunks =
      params.stream === 'driver'
        ? driverLog(this.logs, params.runId)
        : this.logs.read(params.runId, params.stream, query.offset);
    return new StreamableFile(Readable.from(chunks));
  }

  @Route(api.appendLog)
  async append(
    @Input() { params, query }: InputOf<typeof api.appendLog>,
    @Req() request: ServiceRequest,
  ): Promise<ResultOf<typeof api.appendLog>> {
    const bytes = await buffer(bodyStream(request));
    return { size: await this.logs.append(params.runId, params.stream, params.offset, bytes, query) };
  }

  @Route(api.sealLog)
  seal(@Input() { params, body }: InputOf<typeof api.sealLog>): Promise<ResultOf<typeof api.sealLog>> {
    return this.logs.seal(params.runId, params.stream, body.size, body.fence);
  }
}
