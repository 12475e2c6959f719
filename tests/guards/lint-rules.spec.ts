import { ESLint } from 'eslint';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** The rules that a text breaks where it stands in the place of a file. */
async function rulesBrokenBy(text: string, file: string): Promise<string[]> {
  const [result] = await new ESLint({ cwd: root }).lintText(text, { filePath: join(root, file) });
  return (result?.messages ?? []).map(({ ruleId }) => ruleId ?? 'unparsable');
}

describe('the guards of the tree bite', { timeout: 120_000 }, () => {
  it('when a pure library imports glue', async () => {
    const text = "import { EventLog } from '@aml/messaging';\nexport const log = EventLog;\n";
    expect(await rulesBrokenBy(text, 'libs/run-model/src/run-state.ts')).toContain(
      '@nx/enforce-module-boundaries',
    );
  });

  it('when the command line imports a service or a platform library', async () => {
    const text =
      "import { FolderBlobStore } from '@aml/blob-store';\nexport const store = FolderBlobStore;\n";
    expect(await rulesBrokenBy(text, 'apps/cli/src/version.ts')).toContain('@nx/enforce-module-boundaries');
  });

  it('when one service imports another', async () => {
    const text =
      "import { DispatcherModule } from '@aml/dispatcher';\nexport const other = DispatcherModule;\n";
    expect(await rulesBrokenBy(text, 'apps/run-history/src/record/run-record.ts')).toContain(
      '@nx/enforce-module-boundaries',
    );
  });

  it('when code about targets imports a framework', async () => {
    const text = "import { Injectable } from '@nestjs/common';\nexport const decorator = Injectable;\n";
    expect(await rulesBrokenBy(text, 'libs/targets/src/target-kinds.ts')).toContain('no-restricted-imports');
  });

  it('when settings are read outside their place', async () => {
    const text = "export const home = process.env['AML_HOME'];\n";
    expect(await rulesBrokenBy(text, 'apps/dispatcher/src/queue/queue-run.ts')).toContain(
      'no-restricted-properties',
    );
    expect(await rulesBrokenBy(text, 'apps/dispatcher/src/settings.ts')).toEqual([]);
  });

  it('when a promise is left alone, a type is given up, or an error is swallowed', async () => {
    const floating = 'export function begin(): void {\n  Promise.reject(new Error());\n}\n';
    expect(await rulesBrokenBy(floating, 'libs/run-model/src/run-state.ts')).toContain(
      '@typescript-eslint/no-floating-promises',
    );
    expect(await rulesBrokenBy('export const x: any = 1;\n', 'libs/run-model/src/run-state.ts')).toContain(
      '@typescript-eslint/no-explicit-any',
    );
    const swallowed =
      'export function quiet(work: () => void): void {\n  try {\n    work();\n  } catch {}\n}\n';
    expect(await rulesBrokenBy(swallowed, 'libs/run-model/src/run-state.ts')).toContain('no-empty');
  });
});
