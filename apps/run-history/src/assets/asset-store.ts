import { assetPromotedV1, type AssetBody } from '@aml/contracts';
import { AppError } from '@aml/errors';
import type { Transactions } from '@aml/messaging';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { ArtifactStore } from '../artifacts/artifact-store';
import { AssetEntity } from '../storage/asset.entity';

type Asset = z.infer<typeof AssetBody>;

/** Artifacts with names of their own; a new content under a name is its next version. */
export class AssetStore {
  constructor(
    private readonly transactions: Transactions,
    private readonly artifacts: ArtifactStore,
  ) {}

  /** @throws AppError `artifact-unknown`. */
  async promote(runId: string, path: string, name: string): Promise<Asset> {
    const artifact = await this.artifacts.find(runId, path);
    return this.transactions.run(async (unit) => {
      await unit.manager.query('SELECT pg_advisory_xact_lock(hashtext($1), 2)', [name]);
      const same = await unit.manager.findOneBy(AssetEntity, { name, sha256: artifact.sha256 });
      if (same) return assetBody(same);
      const versions = await unit.manager.countBy(AssetEntity, { name });
      const asset = Object.assign(new AssetEntity(), {
        id: randomUUID(),
        name,
        version: versions + 1,
        runId,
        path: artifact.path,
        sha256: artifact.sha256,
        size: artifact.size,
        createdAt: new Date(),
      });
      await unit.manager.insert(AssetEntity, asset);
      unit.publish(assetPromotedV1, {
        assetId: asset.id,
        name,
        version: asset.version,
        runId,
        path: artifact.path,
        sha256: asset.sha256,
      });
      return assetBody(asset);
    });
  }

  async list(
    name: string | undefined,
    limit: number,
    cursor: string | undefined,
  ): Promise<{ items: Asset[]; next: string | null }> {
    const start = Number(cursor ?? 0);
    const found = await this.transactions.database.getRepository(AssetEntity).find({
      ...(name === undefined ? {} : { where: { name } }),
      order: { name: 'ASC', version: 'DESC' },
      skip: start,
      take: limit + 1,
    });
    return {
      items: found.slice(0, limit).map(assetBody),
      next: found.length > limit ? String(start + limit) : null,
    };
  }

  /** @throws AppError `asset-unknown`. */
  async find(id: string): Promise<AssetEntity> {
    const asset = await this.transactions.database.getRepository(AssetEntity).findOneBy({ id });
    if (asset) return asset;
    throw new AppError({
      code: 'asset-unknown',
      message: `there is no asset with the id ${id}`,
      hint: 'aml asset list',
      blame: 'user',
    });
  }
}

function assetBody(asset: AssetEntity): Asset {
  return {
    id: asset.id,
    name: asset.name,
    version: asset.version,
    run_id: asset.runId,
    path: asset.path,
    sha256: asset.sha256,
    sizeBytes: asset.size,
    createdUtc: asset.createdAt.toISOString(),
  };
}
