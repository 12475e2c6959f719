import { unwrap, type ServiceClients } from '@aml/api-client';
import { AppError } from '@aml/errors';
import { ReadableStream } from 'node:stream/web';
import { startProgress } from '../output/progress-bar';
import type { Terminal } from '../output/terminal';
import { inPortions } from './in-portions';
import { ContentChanged, packContents } from './pack-contents';
import { readProject } from './read-project';
import type { StatCache } from './stat-cache';
import type { Snapshot, SnapshotFile } from './take-snapshot';

export interface SentSnapshot {
  readonly id: string;
  readonly snapshot: Snapshot;
  readonly sentFiles: number;
  readonly sentBytes: number;
}

const ATTEMPTS = 5;
const PORTION_BYTES = 128 * 1024;

/**
 * Takes a snapshot, sends the contents that the store lacks and makes the snapshot there. Where a file changes between
 * reading and sending, the snapshot is taken again.
 * @throws AppError `file-keeps-changing` (blame: user) where that does not end.
 */
export async function sendSnapshot(
  clients: ServiceClients,
  root: string,
  cache: StatCache,
  terminal: Terminal,
  select: (snapshot: Snapshot) => Snapshot = (snapshot) => snapshot,
): Promise<SentSnapshot> {
  let changed = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const snapshot = select(await readProject(root, cache, terminal));
    const missing = await missingFiles(clients, snapshot);
    try {
      await sendFiles(clients, root, missing, terminal);
    } catch (error) {
      if (!(error instanceof ContentChanged)) throw error;
      changed = error.path;
      continue;
    }
    const { id } = await unwrap(
      clients.configService.POST('/snapshots', { body: { entries: [...snapshot.entries] } }),
    );
    return { id, snapshot, sentFiles: missing.length, sentBytes: totalBytes(missing) };
  }
  throw new AppError({
    code: 'file-keeps-changing',
    message: `${changed} keeps changing while it is sent`,
    hint: `Wait until it is finished, or leave it out with a line in .amlignore: ${changed}`,
    blame: 'user',
  });
}

/** The files whose contents the store lacks. */
export async function missingFiles(
  clients: ServiceClients,
  snapshot: Snapshot,
): Promise<readonly SnapshotFile[]> {
  const { missing } = await unwrap(
    clients.configService.POST('/blobs/missing', { body: { hashes: [...snapshot.contents.keys()] } }),
  );
  return missing.flatMap((sha256) => snapshot.contents.get(sha256) ?? []);
}

async function sendFiles(
  clients: ServiceClients,
  root: string,
  files: readonly SnapshotFile[],
  terminal: Terminal,
): Promise<void> {
  if (files.length === 0) return;
  const progress = startProgress(terminal, 'sending', totalBytes(files));
  const tar = packContents(root, files, progress.advance);
  let changed: ContentChanged | undefined;
  tar.on('error', (error) => (changed = error instanceof ContentChanged ? error : changed));
  try {
    await clients.raw('config-service', '/blobs', {
      method: 'POST',
      headers: { 'content-type': 'application/x-tar' },
      body: ReadableStream.from(inPortions(tar as AsyncIterable<Uint8Array>, PORTION_BYTES)),
      duplex: 'half',
    });
  } catch (error) {
    throw changed ?? error;
  } finally {
    progress.finish();
  }
}

function totalBytes(files: readonly SnapshotFile[]): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}
