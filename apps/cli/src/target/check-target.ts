import { unwrap } from '@aml/api-client';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../command';
import { printRecords } from '../output/print-records';
import { requireProjectRoot } from '../project/find-project-root';
import { clientContext } from '../shell/client-context';
import { readTarget } from './read-target';
import { builtInTarget, targetSettings } from './target-settings';

/** Has a target checked and prints each fact. @returns 0 where it can be used, else 3. */
export async function checkTarget(context: CommandContext, name: string): Promise<number> {
  const { settings, terminal } = context;
  const root = requireProjectRoot(settings.cwd);
  const builtIn = existsSync(join(root, `aml_config/${name}.compute`)) ? undefined : builtInTarget(name);
  const target = builtIn ?? targetSettings(readTarget(root, name));
  const server = await context.connect();
  const client = await clientContext({ root, shell: settings.shell, configuration: undefined, target: name });
  const check = await unwrap(server.targetRegistry.POST('/checks', { body: { target, client } }));
  const colors = terminal.outColors;
  const paint = { ok: colors.green, warning: colors.yellow, failed: colors.red, unknown: colors.dim };
  await printRecords(terminal, context.output, {
    data: check,
    rows: check.facts,
    columns: [
      { title: 'Verdict', text: (fact) => fact.verdict },
      { title: 'Fact', text: (fact) => fact.name },
      { title: 'Found', text: (fact) => fact.value, shrinkTo: 20 },
      { title: 'Remedy', text: (fact) => fact.remedy ?? '', optional: true },
    ],
    remark: check.passed ? paint.ok(`${name} can be used`) : paint.failed(`${name} cannot be used`),
  });
  return check.passed ? 0 : 3;
}
