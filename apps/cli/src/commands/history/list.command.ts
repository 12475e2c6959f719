import type { CommandContext, CommandDefinition } from '../../command';
import type { CommandInput } from '../../command-input';

const TABLE_LIMIT = 50;

export const historyListCommand: CommandDefinition = {
  path: ['history', 'list'],
  summary: 'List runs, the newest first',
  details: 'A table shows the newest 50 unless --limit says otherwise; json, yaml and tsv have all of them.',
  examples: [
    ['history list', 'the newest runs of this project'],
    ['history list --status failed --since 2d', 'what failed in the last two days'],
    [
      'history list --metric "Accuracy>0.9" --sort -metrics.Accuracy --top 5',
      'the five best of the good ones',
    ],
    ['history list --query "[?Accuracy != null] | max_by(@, &Accuracy).run_id"', 'the best run, by JMESPath'],
    ['history list --all-projects -o json', 'every record, for a program'],
  ],
  options: [
    { flags: '--status <states>', text: 'only these states: completed,failed', many: true },
    { flags: '-t, --target <name>', text: 'only runs on this target; may be repeated', many: true },
    { flags: '--script <path>', text: 'only runs of this script' },
    { flags: '--name <text>', text: 'only runs of this name' },
    {
      flags: '--tag <name=value>',
      text: 'only runs with this tag, or NAME for any value; may be repeated',
      many: true,
    },
    { flags: '--metric <condition>', text: 'NAME, NAME>0.9, NAME<=2; may be repeated', many: true },
    { flags: '--since <time>', text: 'created since: 2h, 3d, 2026-01-31' },
    { flags: '--until <time>', text: 'created until' },
    {
      flags: '--sort <field>',
      text: 'a field, or metrics.NAME; `-` in front: the greatest first (default: -created_utc)',
    },
    { flags: '--limit <number>', text: 'at most this many' },
    { flags: '--top <number>', text: 'the same as --limit' },
    { flags: '--all-projects', text: 'of all projects, not only this one' },
    { flags: '--hidden', text: 'also hidden runs' },
  ],
  run: listHistory,
};

async function listHistory(input: CommandInput, context: CommandContext): Promise<void> {
  const { listRuns } = await import('../../history/list-runs');
  const { readTime } = await import('../../history/read-time');
  const { runColumns } = await import('../../history/run-record');
  const { printRecords } = await import('../../output/print-records');
  const { terminal, output } = context;
  const since = input.text('since');
  const until = input.text('until');
  const isTable = output.format === 'table' && output.query === undefined;
  const filter = {
    status: input
      .list('status')
      .flatMap((text) => text.split(','))
      .filter((text) => text !== ''),
    target: input.list('target'),
    script: input.text('script'),
    name: input.text('name'),
    tag: input.list('tag'),
    metric: input.list('metric'),
    since: since === undefined ? undefined : readTime(since, context.now()),
    until: until === undefined ? undefined : readTime(until, context.now()),
    sort: input.text('sort'),
    hidden: input.flag('hidden'),
    limit:
      input.count('top', '--top') ?? input.count('limit', '--limit') ?? (isTable ? TABLE_LIMIT : undefined),
  };
  const { clients, projectId, root } = await scope(input, context);
  const { runs, total } = await listRuns(clients, { ...filter, projectId });
  if (root !== undefined) {
    const { rememberRuns } = await import('../../completion/recent-runs');
    rememberRuns(
      context.settings.home,
      root,
      runs.slice(0, TABLE_LIMIT).map((run) => run.run_id),
    );
  }
  await printRecords(terminal, output, {
    data: runs,
    rows: runs,
    columns: runColumns(runs, context.now()),
    remark: remarkOn(runs.length, total),
  });
}

interface Scope {
  readonly clients: Awaited<ReturnType<CommandContext['connect']>>;
  readonly projectId: string | undefined;
  readonly root: string | undefined;
}

async function scope(input: CommandInput, context: CommandContext): Promise<Scope> {
  if (input.flag('allProjects'))
    return { clients: await context.connect(), projectId: undefined, root: undefined };
  const { connectProject } = await import('../../project/connect-project');
  const { server, project } = await connectProject(context);
  return { clients: server, projectId: project.id, root: project.root };
}

function remarkOn(shown: number, total: number): string | undefined {
  if (total === 0) return 'no runs; `aml experiment submit -c local train.py` makes one';
  return shown < total ? `${shown} of ${total} runs; --limit shows more` : undefined;
}
