import { randomBytes } from 'node:crypto';
import type { DriverContext, LaunchInput } from '../target-driver';
import { readControlFile, StagedFile } from './control-files';
import type { Host } from './host';
import type { RunFolder } from './run-folder';
import type { RuntimeBundle } from './runtime-files';

/** What the supervisor is told; `supervisor.py` describes the fields. */
export interface SupervisorRequest {
  readonly version: 1;
  readonly runId: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly timeLimitSeconds: number | null;
  readonly graceSeconds: number;
  readonly leftoverSeconds: number;
}

export interface StageParts {
  readonly runtime: RuntimeBundle;
  /** Made once the project is in its place: it may look into it. */
  readonly request: () => Promise<SupervisorRequest>;
  /** What the supervisor is started with. */
  readonly python: string;
}

/**
 * Fills a run folder: snapshot, SDK, supervisor, then `request()`, then the mark that all of it is there. Each part comes
 * to its place by one rename, so a stage that was cut off, or two at once, leave nothing half done.
 */
export async function stageRun(
  host: Host,
  folder: RunFolder,
  input: LaunchInput,
  parts: StageParts,
  context: DriverContext,
): Promise<void> {
  const staged = await readControlFile(host, folder.staged, StagedFile);
  if (staged?.snapshotId === input.snapshot.id) return;
  await host.makeFolder(folder.root, 0o700);
  await host.makeFolder(folder.control, 0o700);
  await Promise.all([
    stageRuntime(host, folder, parts.runtime, context),
    host.makeFolder(folder.uploads, 0o700),
    host.makeFolder(folder.home, 0o700),
    stageProject(host, folder, input, context),
  ]);
  const request = await parts.request();
  await host.writeFile(folder.request, JSON.stringify(request), 0o600);
  const { graceSeconds, leftoverSeconds } = request;
  const mark: StagedFile = {
    version: 1,
    snapshotId: input.snapshot.id,
    python: parts.python,
    graceSeconds,
    leftoverSeconds,
  };
  await host.writeFile(folder.staged, JSON.stringify(mark));
}

async function stageRuntime(
  host: Host,
  folder: RunFolder,
  runtime: RuntimeBundle,
  context: DriverContext,
): Promise<void> {
  if (await host.stat(folder.bin)) return;
  const temporary = `${folder.root}/runtime.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await host.unpack(temporary, await runtime.open(), context.signal);
    await host.moveFolder(`${temporary}/sdk`, folder.sdk);
    await host.moveFolder(`${temporary}/bin`, folder.bin);
  } finally {
    await host.remove(temporary);
  }
}

async function stageProject(
  host: Host,
  folder: RunFolder,
  input: LaunchInput,
  context: DriverContext,
): Promise<void> {
  if (await host.stat(folder.project)) return;
  const temporary = `${folder.root}/project.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await host.unpack(temporary, await input.snapshot.openArchive(context.signal), context.signal);
    await host.makeFolder(`${temporary}/outputs`, 0o755);
    await host.moveFolder(temporary, folder.project);
  } finally {
    await host.remove(temporary);
  }
}
