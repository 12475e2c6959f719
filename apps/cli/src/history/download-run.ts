import { unwrap, type ServiceClients } from '@aml/api-client';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, symlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { startProgress, type Progress } from '../output/progress-bar';
import type { Terminal } from '../output/terminal';
import { chunksOf } from '../server/answer-chunks';
import { tarEntries } from '../server/tar-entries';
import type { RunDetails } from './run-record';
import { DownloadFolder } from './write-downloads';

export interface Downloaded {
  readonly path: string;
  readonly bytes: number;
}

export interface DownloadRequest {
  readonly runId: string;
  readonly folder: string;
  /** Also the snapshot that ran, under `project/`. */
  readonly snapshot: boolean;
  /** Only artifacts at or under this path. */
  readonly only: string | undefined;
}

const LOGS = { 'driver_log.txt': 'driver', 'control_log.txt': 'control' } as const;

/** Brings the files of a run to this machine: outputs, logs, and the snapshot where asked for. Each is checked by its hash. */
export async function downloadRun(
  clients: ServiceClients,
  terminal: Terminal,
  request: DownloadRequest,
): Promise<readonly Downloaded[]> {
  const { runId, only } = request;
  const details = await unwrap(clients.runHistory.GET('/runs/{runId}', { params: { path: { runId } } }));
  const folder = new DownloadFolder(request.folder);
  const artifacts = details.artifacts.filter(
    (artifact) =>
      only === undefined || artifact.path === only || artifact.path.startsWith(`${only.replace(/\/$/, '')}/`),
  );
  const progress = startProgress(
    terminal,
    'downloading',
    artifacts.reduce((sum, each) => sum + each.sizeBytes, 0),
  );
  const downloaded: Downloaded[] = [];
  try {
    for (const artifact of artifacts) {
      const query = new URLSearchParams({ path: artifact.path });
      const response = await clients.raw(
        'run-history',
        `/runs/${encodeURIComponent(runId)}/artifacts?${query}`,
      );
      const bytes = await folder.write(artifact.path, counted(response, progress), {
        sha256: artifact.sha256,
      });
      downloaded.push({ path: artifact.path, bytes });
    }
    if (only === undefined) downloaded.push(...(await downloadLogs(clients, details, folder, progress)));
  } finally {
    progress.finish();
  }
  if (request.snapshot)
    downloaded.push(...(await downloadSnapshot(clients, details.record.snapshot, folder)));
  return downloaded;
}

async function downloadLogs(
  clients: ServiceClients,
  details: RunDetails,
  folder: DownloadFolder,
  progress: Progress,
): Promise<readonly Downloaded[]> {
  const downloaded: Downloaded[] = [];
  const attached = new Set(details.record.attachments.split(',').map((path) => path.trim()));
  for (const [name, stream] of Object.entries(LOGS)) {
    if (!attached.has(name)) continue;
    const response = await clients.raw(
      'run-history',
      `/runs/${encodeURIComponent(details.record.run_id)}/logs/${stream}`,
    );
    downloaded.push({ path: name, bytes: await folder.write(name, counted(response, progress)) });
  }
  return downloaded;
}

/** Unpacks a snapshot under `project/`. Links are made as they were, last, so that nothing is written through them. */
export async function downloadSnapshot(
  clients: ServiceClients,
  snapshotId: string,
  folder: DownloadFolder,
): Promise<readonly Downloaded[]> {
  const response = await clients.raw('config-service', `/snapshots/${snapshotId}/archive`);
  const downloaded: Downloaded[] = [];
  const links: { path: string; target: string }[] = [];
  for await (const entry of tarEntries(response)) {
    const path = posix.join('project', entry.header.name.replace(/\/$/, ''));
    if (entry.header.type === 'directory') await mkdir(folder.locate(path), { recursive: true });
    else if (entry.header.type === 'symlink') links.push({ path, target: entry.header.linkname ?? '' });
    else {
      const place = folder.locate(path);
      await pipeline(entry, createWriteStream(place));
      if (entry.header.mode !== undefined) await chmod(place, entry.header.mode & 0o777);
      downloaded.push({ path, bytes: entry.header.size ?? 0 });
      continue;
    }
    entry.resume();
  }
  for (const link of links) await symlink(link.target, folder.locate(link.path));
  return downloaded;
}

async function* counted(response: Response, progress: Progress): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunksOf(response)) {
    progress.advance(chunk.length);
    yield chunk;
  }
}
