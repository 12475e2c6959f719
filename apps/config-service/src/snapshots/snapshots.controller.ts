import type { BlobStore } from '@aml/blob-store';
import { configServiceApi, type InputOf, type ResultOf } from '@aml/contracts';
import {
  bodyStream,
  Input,
  Route,
  SERVICE_PLATFORM,
  type ServicePlatform,
  type ServiceRequest,
} from '@aml/service-kit';
import { Controller, Inject, Req, StreamableFile } from '@nestjs/common';
import { compareSnapshots } from './compare-snapshots';
import { storeContents } from './content-archive';
import { packSnapshot } from './pack-snapshot';
import { contentKey, SnapshotStore } from './snapshot-store';

const api = configServiceApi.endpoints;

@Controller()
export class SnapshotsController {
  private readonly blobs: BlobStore;

  constructor(
    private readonly snapshots: SnapshotStore,
    @Inject(SERVICE_PLATFORM) platform: ServicePlatform,
  ) {
    this.blobs = platform.blobs;
  }

  @Route(api.findMissingBlobs)
  async findMissing(
    @Input() { body }: InputOf<typeof api.findMissingBlobs>,
  ): Promise<ResultOf<typeof api.findMissingBlobs>> {
    const present = await this.blobs.present(body.hashes.map(contentKey));
    return { missing: body.hashes.filter((hash) => !present.has(contentKey(hash))) };
  }

  @Route(api.storeBlobs)
  store(@Req() request: ServiceRequest): Promise<ResultOf<typeof api.storeBlobs>> {
    return storeContents(bodyStream(request), this.blobs);
  }

  @Route(api.readBlob)
  async readBlob(@Input() { params }: InputOf<typeof api.readBlob>): Promise<StreamableFile> {
    return new StreamableFile(await this.blobs.open(contentKey(params.sha256)));
  }

  @Route(api.createSnapshot)
  async create(
    @Input() { body }: InputOf<typeof api.createSnapshot>,
  ): Promise<ResultOf<typeof api.createSnapshot>> {
    const { id, files, bytes } = await this.snapshots.create(body.entries);
    return { id, files, bytes };
  }

  @Route(api.showSnapshot)
  async show(
    @Input() { params }: InputOf<typeof api.showSnapshot>,
  ): Promise<ResultOf<typeof api.showSnapshot>> {
    const { id, files, bytes, entries } = await this.snapshots.load(params.snapshotId);
    return { id, files, bytes, entries: [...entries] };
  }

  @Route(api.readSnapshotArchive)
  async archive(@Input() { params }: InputOf<typeof api.readSnapshotArchive>): Promise<StreamableFile> {
    const snapshot = await this.snapshots.load(params.snapshotId);
    return new StreamableFile(packSnapshot(snapshot, this.blobs), { type: 'application/x-tar' });
  }

  @Route(api.compareSnapshots)
  async compare(
    @Input() { params }: InputOf<typeof api.compareSnapshots>,
  ): Promise<ResultOf<typeof api.compareSnapshots>> {
    const [before, after] = await Promise.all([
      this.snapshots.load(params.snapshotId),
      this.snapshots.load(params.otherId),
    ]);
    return { changes: await compareSnapshots(before, after, this.snapshots) };
  }
}
