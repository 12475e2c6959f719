import { environmentBuilderApi, type InputOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller, Res } from '@nestjs/common';
import type { Response } from 'express';
import { BuildLogStore } from './build-log-store';

const { readBuildLog } = environmentBuilderApi.endpoints;

@Controller()
export class BuildsController {
  constructor(private readonly logs: BuildLogStore) {}

  @Route(readBuildLog)
  async read(
    @Input() { params, query }: InputOf<typeof readBuildLog>,
    @Res() response: Response,
  ): Promise<void> {
    const closed = new AbortController();
    response.once('close', () => closed.abort());
    const chunks = this.logs.read(params.buildId, query.offset, query.follow, closed.signal);
    const first = await chunks.next();
    response.type('text/plain');
    response.flushHeaders();
    if (!first.done) response.write(first.value);
    for await (const chunk of chunks) response.write(chunk);
    response.end();
  }
}
