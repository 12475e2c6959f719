import type { BlobStore, StoredBlob } from '@aml/blob-store';
import type { DataSource } from '@aml/database';
import { AppError } from '@aml/errors';
import type { Readable } from 'node:stream';
import { lockRun } from '../storage/run-lock';
import { ArtifactEntity } from '../storage/artifact.entity';

/** Where the content of an artifact lies; equal contents are kept once. */
export function artifactKey(sha256: string): string {
  return `artifacts/${sha256.slice(0, 2)}/${sha256}`;
}

/** The files of runs: outputs, uploads, images. */
export class ArtifactStore {
  constructor(
    private readonly database: DataSource,
    private readonly blobs: BlobStore,
  ) {}

  /** Safe when it answers; equal contents are kept once. @throws AppError `disk-full`. */
  storeContent(content: Readable): Promise<StoredBlob> {
    return this.blobs.putAddressed(artifactKey, content);
  }

  /** Gives a stored content a path in a run. Recording a path again replaces it. @throws AppError `run-not-recorded`, `lease-lost`. */
  record(runId: string, path: string, fence: number, stored: StoredBlob): Promise<ArtifactEntity> {
    return this.database.transaction(async (manager) => {
      await lockRun(manager, runId, fence);
      const artifact = Object.assign(new ArtifactEntity(), {
        runId,
        path,
        size: stored.size,
        sha256: stored.sha256,
        createdAt: new Date(),
      });
      await manager.upsert(ArtifactEntity, artifact, ['runId', 'path']);
      return artifact;
    });
  }

  /** @throws AppError `artifact-unknown`, naming what there is. */
  async find(runId: string, path: string): Promise<ArtifactEntity> {
    const wanted = path.replace(/^\.?\/+/, '');
    const artifact = await this.database.getRepository(ArtifactEntity).findOneBy({ runId, path: wanted });
    if (artifact) return artifact;
    const others = await this.database
      .getRepository(ArtifactEntity)
      .find({ where: { runId }, take: 10, order: { path: 'ASC' } });
    throw new AppError({
      code: 'artifact-unknown',
      message: `the run ${runId} has no file ${JSON.stringify(path)}`,
      hint:
        others.length === 0 ? 'It has no files.' : `It has ${others.map((other) => other.path).join(', ')}.`,
      blame: 'user',
    });
  }

  open(artifact: { sha256: string }): Promise<Readable> {
    return this.blobs.open(artifactKey(artifact.sha256));
  }
}
