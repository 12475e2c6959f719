import { runHistoryApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller, StreamableFile } from '@nestjs/common';
import { ArtifactStore } from '../artifacts/artifact-store';
import { AssetStore } from './asset-store';

const api = runHistoryApi.endpoints;

@Controller()
export class AssetsController {
  constructor(
    private readonly assets: AssetStore,
    private readonly artifacts: ArtifactStore,
  ) {}

  @Route(api.promoteArtifact)
  promote(
    @Input() { body }: InputOf<typeof api.promoteArtifact>,
  ): Promise<ResultOf<typeof api.promoteArtifact>> {
    return this.assets.promote(body.runId, body.path, body.name);
  }

  @Route(api.listAssets)
  list(@Input() { query }: InputOf<typeof api.listAssets>): Promise<ResultOf<typeof api.listAssets>> {
    return this.assets.list(query.name, query.limit, query.cursor);
  }

  @Route(api.readAsset)
  async read(@Input() { params }: InputOf<typeof api.readAsset>): Promise<StreamableFile> {
    const asset = await this.assets.find(params.assetId);
    return new StreamableFile(await this.artifacts.open(asset), { length: asset.size });
  }
}
