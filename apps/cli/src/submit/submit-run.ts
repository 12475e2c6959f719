import { unwrap, type ConfigServiceComponents } from '@aml/api-client';
import type { CommandContext } from '../command';
import { rememberRuns } from '../completion/recent-runs';
import { printFinding } from '../output/print-error';
import { projectLineReader } from '../output/report-failure';
import { requireProjectRoot } from '../project/find-project-root';
import { openProject } from '../project/open-project';
import type { ServerConnection } from '../server/connect-server';
import { clientContext } from '../shell/client-context';
import { sendSnapshot, type SentSnapshot } from '../snapshot/send-snapshot';
import { StatCache } from '../snapshot/stat-cache';
import type { Snapshot } from '../snapshot/take-snapshot';
import { scriptPath } from './script-path';
import { submitBody, type SubmitBody, type SubmitRequest } from './submit-request';
import { warnOfSnapshot } from './warn-of-snapshot';

export interface PreparedSubmit {
  readonly server: ServerConnection;
  readonly body: SubmitBody;
  readonly sent: SentSnapshot;
  readonly projectName: string;
  readonly root: string;
}

export type AcceptedRun = {
  readonly runId: string;
  readonly runNumber: number;
  readonly repeated: boolean;
} & {
  readonly specification: ConfigServiceComponents['schemas']['RunSpecification'];
  readonly server: ServerConnection;
};

/** Sends the project and makes the body of a submit; nothing runs yet. `select`: the part of the snapshot to send. */
export async function prepareSubmit(
  context: CommandContext,
  request: SubmitRequest,
  select?: (snapshot: Snapshot) => Snapshot,
): Promise<PreparedSubmit> {
  const { settings, terminal } = context;
  const root = requireProjectRoot(settings.cwd);
  const script =
    request.script === undefined ? undefined : scriptPath(request.script, { root, cwd: settings.cwd });
  const client = clientContext({
    root,
    shell: settings.shell,
    configuration: request.configuration,
    target: request.target,
  });
  // A failure of it is told when it is awaited; until then it must not end the process.
  client.catch(() => undefined);
  const server = await context.connect();
  const cache = StatCache.open(settings.home, root);
  const [project, sent] = await Promise.all([
    openProject(server, root),
    sendSnapshot(server, root, cache, terminal, select),
  ]);
  warnOfSnapshot(terminal, sent.snapshot);
  const body = submitBody(request, {
    projectId: project.id,
    snapshotId: sent.id,
    script,
    client: await client,
  });
  return { server, body, sent, projectName: project.name, root };
}

/** Submits a run; warnings of its configuration go to stderr. @throws ServiceError with findings where it is refused. */
export async function submitRun(context: CommandContext, request: SubmitRequest): Promise<AcceptedRun> {
  const { server, body, root } = await prepareSubmit(context, request);
  const accepted = await unwrap(server.configService.POST('/runs', { body }));
  rememberRuns(context.settings.home, root, [accepted.runId]);
  const readLine = projectLineReader(root);
  for (const finding of accepted.findings) printFinding(context.terminal, finding, readLine);
  return { ...accepted, server };
}
