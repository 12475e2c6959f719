export type { ArrivingBlob, BlobStore, StoredBlob } from './blob-store';
export { FolderBlobStore } from './folder-blob-store';
