import { unwrap, type ServiceClients } from '@aml/api-client';
import { AppError, toAppError } from '@aml/errors';
import { statSync } from 'node:fs';
import { release } from 'node:os';
import { join, resolve } from 'node:path';
import type { CommandContext } from '../command';
import { chunksOf } from '../server/answer-chunks';
import { tarEntries } from '../server/tar-entries';
import { formatBytes } from '../output/humanize';
import { printRecord } from '../output/print-records';
import { CLI_VERSION } from '../version';
import { maskFile, maskJson } from './mask-secrets';
import { ZipWriter } from './zip-writer';

export interface DiagnosticsRequest {
  readonly runId: string;
  readonly target: string | undefined;
  /** File or folder; undefined: here. */
  readonly destination: string | undefined;
  readonly snapshot: boolean;
}

/** Writes the zip and prints where it is. Parts that cannot be had are named in it, and are no failure. */
export async function collectDiagnostics(
  context: CommandContext,
  server: ServiceClients & { readonly status: unknown },
  request: DiagnosticsRequest,
): Promise<void> {
  const { runId } = request;
  const details = await unwrap(server.runHistory.GET('/runs/{runId}', { params: { path: { runId } } }));
  if (request.target !== undefined && request.target !== details.record.target) {
    throw new AppError({
      code: 'target-differs',
      message: `run ${runId} ran on \`${details.record.target}\`, not on \`${request.target}\``,
      hint: `aml experiment diagnostics -r ${runId} -t ${details.record.target}`,
      blame: 'user',
    });
  }
  const path = destinationPath(context.settings.cwd, request);
  const zip = new ZipWriter(path);
  const problems: string[] = [];
  const attempt = async (part: string, work: () => Promise<void>): Promise<void> => {
    await work().catch((error: unknown) => problems.push(`${part}: ${toAppError(error).message}`));
  };
  await zip.addText('versions.json', json({ ...versions(), server: server.status }));
  await zip.addText('record.json', json(maskJson(details)));
  for (const stream of ['stdout', 'stderr', 'build', 'control', 'driver']) {
    await attempt(`log ${stream}`, async () => {
      const response = await server.raw('run-history', `/runs/${encodeURIComponent(runId)}/logs/${stream}`);
      await zip.add(`logs/${stream}.log`, chunksOf(response));
    });
  }
  await attempt('target', () =>
    addTar(zip, 'execution', () =>
      server.raw('dispatcher', `/runs/${encodeURIComponent(runId)}/diagnostics`),
    ),
  );
  if (request.snapshot) {
    await attempt('snapshot', () =>
      addTar(zip, 'snapshot', () =>
        server.raw('config-service', `/snapshots/${details.record.snapshot}/archive`),
      ),
    );
  }
  if (problems.length > 0) await zip.addText('missing.txt', `${problems.join('\n')}\n`);
  zip.finish();
  const bytes = statSync(path).size;
  await printRecord(context.terminal, context.output, { path, bytes, missing: problems }, [
    ['file', path],
    ['size', formatBytes(bytes)],
    ['missing', problems.join('\n')],
    ['note', 'known secrets are masked; look into it before you give it to others'],
  ]);
}

function versions(): Record<string, unknown> {
  return {
    aml: CLI_VERSION,
    node: process.version,
    platform: process.platform,
    architecture: process.arch,
    system: release(),
  };
}

function destinationPath(cwd: string, request: DiagnosticsRequest): string {
  const name = `${request.runId}-diagnostics.zip`;
  const chosen = resolve(cwd, request.destination ?? '.');
  return statSync(chosen, { throwIfNoEntry: false })?.isDirectory() ? join(chosen, name) : chosen;
}

/** Adds the files of a tar under a folder; configuration and small text have what looks secret masked. */
async function addTar(zip: ZipWriter, folder: string, open: () => Promise<Response>): Promise<void> {
  for await (const entry of tarEntries(await open())) {
    const path = `${folder}/${entry.header.name.replace(/^(\.?\/)+/, '')}`;
    if (entry.header.type === 'file')
      await zip.add(path, maskFile(path, entry.header.size ?? 0, entry), entry.header.mode);
    else if (entry.header.type === 'symlink')
      await zip.addText(`${path}.link`, `${entry.header.linkname ?? ''}\n`);
    entry.resume();
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
