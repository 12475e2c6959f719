import { runHistoryApi, type InputOf, type ResultOf } from '@aml/contracts';
import { bodyBytes, Input, Route, streamAnswer, type ServiceRequest } from '@aml/service-kit';
import { Controller, Req, Res, StreamableFile } from '@nestjs/common';
import type { Response } from 'express';
import { Readable } from 'node:stream';
import { RunSignals } from '../record/run-signals';
import { ShowRun } from '../record/show-run';
import { driverLog } from './driver-log';
import { FollowRun } from './follow-run';
import { LogStore } from './log-store';
import { SealLog } from './seal-log';

const api = runHistoryApi.endpoints;
/** Executors send at most 256 KiB at once. */
const LARGEST_PORTION = 16 * 1024 * 1024;

@Controller()
export class LogsController {
  constructor(
    private readonly logs: LogStore,
    private readonly followRun: FollowRun,
    private readonly showRun: ShowRun,
    private readonly sealLog: SealLog,
    private readonly signals: RunSignals,
  ) {}

  @Route(api.followRun)
  async follow(
    @Input() { params, query }: InputOf<typeof api.followRun>,
    @Res() response: Response,
  ): Promise<void> {
    const start = { ...query, build: query.build };
    const { followRun } = this;
    await streamAnswer(response, 'application/x-ndjson', async function* (closed) {
      for await (const line of followRun.execute(params.runId, start, closed))
        yield `${JSON.stringify(line)}\n`;
    });
  }

  @Route(api.readLog)
  async read(@Input() { params, query }: InputOf<typeof api.readLog>): Promise<StreamableFile> {
    await this.showRun.requireRun(params.runId);
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
    const bytes = await bodyBytes(request, LARGEST_PORTION);
    const { runId, stream, offset } = params;
    const append = (): Promise<number> => this.logs.append(runId, stream, offset, bytes, query);
    return { size: await this.signals.whenRecorded(runId, append) };
  }

  @Route(api.sealLog)
  seal(@Input() { params, body }: InputOf<typeof api.sealLog>): Promise<ResultOf<typeof api.sealLog>> {
    const { runId, stream } = params;
    return this.signals.whenRecorded(runId, () => this.sealLog.ofRun(runId, stream, body.size, body.fence));
  }
}
