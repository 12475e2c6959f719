import { unwrap } from '@aml/api-client';
import { AppError } from '@aml/errors';
import { parseRunId } from '@aml/run-model';
import type { CommandContext } from '../command';
import { formatBytes } from '../output/humanize';
import { printRecords } from '../output/print-records';
import { connectProject } from '../project/connect-project';
import { findProjectRoot } from '../project/find-project-root';
import { findTargetOf } from '../project/find-target';

export interface CleanRequest {
  readonly configuration: string | undefined;
  readonly target: string | undefined;
  readonly runId: string | undefined;
  readonly dryRun: boolean;
}

interface CleanedRow {
  readonly subject: string;
  readonly what: string;
  readonly bytes: number | null;
}

/** Removes run folders and containers of final runs, and on a Docker target the images that only this project uses. */
export async function cleanTarget(context: CommandContext, request: CleanRequest): Promise<void> {
  const runId = request.runId === undefined ? undefined : parseRunId(request.runId);
  if (runId === undefined && request.configuration === undefined && request.target === undefined) {
    throw new AppError({
      code: 'clean-what',
      message: 'no target was named to be cleaned',
      hint: 'For example: aml experiment clean -c docker',
      blame: 'user',
    });
  }
  const { targetName, isDocker } = readTarget(context, request);
  const { server, project } = await connectProject(context);
  const cleaned = await unwrap(
    server.dispatcher.POST('/clean', {
      body: {
        projectId: project.id,
        dryRun: request.dryRun,
        ...(targetName === undefined ? {} : { targetName }),
        ...(runId === undefined ? {} : { runId }),
      },
    }),
  );
  const pruned =
    isDocker && runId === undefined
      ? await unwrap(
          server.environmentBuilder.POST('/prune', {
            body: { engine: 'local', projectName: project.name, all: false, dryRun: request.dryRun },
          }),
        )
      : { removed: [], kept: [], freedBytes: 0 };
  const rows: CleanedRow[] = [
    ...cleaned.removed.map((each) => ({ subject: each.runId, what: each.what, bytes: each.bytes })),
    ...pruned.removed.map((each) => ({
      subject: each.identity.slice(0, 12),
      what: `image ${each.image}`,
      bytes: each.sizeBytes,
    })),
    ...cleaned.kept.map((each) => ({ subject: each.runId, what: `kept: ${each.reason}`, bytes: null })),
    ...pruned.kept.map((each) => ({
      subject: each.identity.slice(0, 12),
      what: `kept: ${each.reason}`,
      bytes: null,
    })),
  ];
  await printRecords(context.terminal, context.output, {
    data: { removed: cleaned.removed, kept: cleaned.kept, environments: pruned },
    rows,
    columns: [
      { title: 'Run or environment', text: (row) => row.subject },
      { title: request.dryRun ? 'Would be removed' : 'Removed', text: (row) => row.what, shrinkTo: 12 },
      { title: 'Size', text: (row) => formatBytes(row.bytes), raw: (row) => row.bytes, align: 'right' },
    ],
    remark: rows.length === 0 ? 'there is nothing to remove' : undefined,
  });
}

function readTarget(
  context: CommandContext,
  request: CleanRequest,
): { readonly targetName: string | undefined; readonly isDocker: boolean } {
  const root = findProjectRoot(context.settings.cwd);
  const name = request.configuration ?? request.target;
  if (root === undefined || name === undefined) return { targetName: request.target, isDocker: false };
  const target = findTargetOf(root, name, request.target);
  return { targetName: target?.name ?? request.target ?? name, isDocker: target?.type === 'docker' };
}
