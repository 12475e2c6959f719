import { environmentBuilderApi, type InputOf } from '@aml/contracts';
import { Input, Route, streamAnswer } from '@aml/service-kit';
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
    await streamAnswer(response, 'text/plain', (closed) =>
      this.logs.read(params.buildId, query.offset, query.follow, closed),
    );
  }
}
