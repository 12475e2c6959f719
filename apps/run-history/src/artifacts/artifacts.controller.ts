import { runHistoryApi, type InputOf, type ResultOf } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { bodyStream, Input, Route, type ServiceRequest } from '@aml/service-kit';
import { Transactions } from '@aml/messaging';
import { Controller, Req, StreamableFile } from '@nestjs/common';
import { LogStore } from '../logs/log-store';
import { artifactBody } from '../record/show-run';
import { ArtifactEntity } from '../storage/artifact.entity';
import { unknownRun } from '../storage/run-lock';
import { RunEntity } from '../storage/run.entity';
import { ArtifactStore } from './artifact-store';

const api = runHistoryApi.endpoints;

@Controller()
export class ArtifactsController {
  private readonly database: DataSource;

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly logs: LogStore,
    transactions: Transactions,
  ) {
    this.database = transactions.database;
  }

  @Route(api.storeArtifact)
  async store(
    @Input() { params, query }: InputOf<typeof api.storeArtifact>,
    @Req() request: ServiceRequest,
  ): Promise<ResultOf<typeof api.storeArtifact>> {
    return artifactBody(
      await this.artifacts.store(params.runId, query.path, query.fence, bodyStream(request)),
    );
  }

  @Route(api.readArtifact)
  async read(@Input() { params, query }: InputOf<typeof api.readArtifact>): Promise<StreamableFile> {
    const artifact = await this.artifacts.find(params.runId, query.path);
    return new StreamableFile(await this.artifacts.open(artifact), { length: artifact.size });
  }

  @Route(api.logPositions)
  async positions(
    @Input() { params }: InputOf<typeof api.logPositions>,
  ): Promise<ResultOf<typeof api.logPositions>> {
    const run = await this.database.getRepository(RunEntity).findOneBy({ runId: params.runId });
    if (!run) throw unknownRun(params.runId);
    const artifacts = await this.database.getRepository(ArtifactEntity).findBy({ runId: params.runId });
    return {
      logs: await this.logs.summaries(params.runId),
      metricsOffset: run.metricsOffset,
      artifacts: artifacts.map(artifactBody),
    };
  }
}
