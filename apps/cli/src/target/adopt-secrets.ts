import { normalizeTargetName, writeValuesInFile } from '@aml/aml-config';
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../command';
import { printRecords } from '../output/print-records';
import { requireProjectRoot } from '../project/find-project-root';
import { readProjectConfig } from '../project/read-config-files';
import { readTarget } from './read-target';
import { storePassword } from './update-target';

/** Moves plain-text passwords of the project's targets into the secret store and writes the references. */
export async function adoptSecrets(context: CommandContext, names: readonly string[]): Promise<void> {
  const root = requireProjectRoot(context.settings.cwd);
  const targets =
    names.length > 0
      ? names.map((name) => readTarget(root, normalizeTargetName(name)))
      : readProjectConfig(root).config.computeTargets;
  const adopted: { target: string; file: string; reference: string }[] = [];
  for (const target of targets) {
    if (target.password?.kind !== 'plain-text') continue;
    const reference = await storePassword(context, target, target.password.value);
    const path = join(root, target.file);
    const temporary = `${path}.${process.pid}.tmp`;
    writeFileSync(temporary, writeValuesInFile(readFileSync(path), { password: reference }), {
      mode: statSync(path).mode,
    });
    renameSync(temporary, path);
    adopted.push({ target: target.name, file: target.file, reference });
  }
  await printRecords(context.terminal, context.output, {
    data: adopted,
    rows: adopted,
    columns: [
      { title: 'Target', text: (row) => row.target },
      { title: 'File', text: (row) => row.file },
      { title: 'Reference', text: (row) => row.reference },
    ],
    remark:
      adopted.length === 0
        ? 'no password stands in plain text'
        : 'where the files are in a repository, change the passwords: its history has them',
  });
}
