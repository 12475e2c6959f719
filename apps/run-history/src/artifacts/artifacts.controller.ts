import { runHistoryApi, type InputOf, type ResultOf } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { bodyStream, Input, Route, type ServiceRequest } from '@aml/service-kit';
import { Transactions } from '@aml/messaging';
import { Controller, Req, StreamableFile } from '@nestjs/common';
import { LogStore } from '../logs/log-store';
import { RunSignals } from '../record/run-signals';
import { artifactBody } from '../record/show-run';
import { ArtifactEntity } from '../storage/artifact.entity';
import { notRecordedYet } from '../storage/run-lock';
import { RunEntity } from '../storage/run.entity';
import { ArtifactStore } from './artifact-store';

const api = runHistoryApi.endpoints;

@Controller()
export class ArtifactsController {
  private readonly database: DataSource;

  constructor(
    private readonly artifacts: ArtifactStore,
    private readonly logs: LogStore,
    private readonly signals: RunSignals,
    transactions: Transactions,
  ) {
    this.database = transactions.database;
  }

  @Route(api.storeArtifact)
  async store(
    @Input() { params, query }: InputOf<typeof api.storeArtifact>,
    @Req() request: ServiceRequest,
  ): Promise<ResultOf<typeof api.storeArtifact>> {
    const { runId } = params;
    const content = await this.artifacts.storeContent(bodyStream(request));
    const record = (): Promise<ArtifactEntity> =>
      this.artifacts.record(runId, query.path, query.fence, content);
    return artifactBody(await this.signals.whenRecorded(runId, record));
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
    const { runId } = params;
    const metricsOffset = await this.signals.whenRecorded(runId, () => this.metricsOffset(runId));
    const artifacts = await this.database.getRepository(ArtifactEntity).findBy({ runId });
    return {
      logs: await this.logs.summaries(runId),
      metricsOffset,
      artifacts: artifacts.map(artifactBody),
    };
  }

  private async metricsOffset(runId: string): Promise<number> {
    const run = await this.database
      .getRepository(RunEntity)
      .findOne({ where: { runId }, select: { runId: true, metricsOffset: true } });
    if (!run) throw notRecordedYet(runId);
    return run.metricsOffset;
  }
}
