import { BenchRun } from '@aml/testing';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContractBench } from './contract-bench.fixture';

export function describeSurroundings(bench: ContractBench): void {
  describe('what a script sees', () => {
    const show = 'import json, os, sys; print(json.dumps([dict(os.environ), sys.argv, os.getcwd()]))';
    const shown = async (run: BenchRun): Promise<[Record<string, string>, string[], string]> =>
      JSON.parse(await run.text('stdout')) as [Record<string, string>, string[], string];

    it('are its variables, exactly', async () => {
      const variables = {
        QUOTES: `a "b" 'c' \\ $HOME \`id\``,
        LINES: 'one\ntwo\n',
        WORDS: 'Größe 数据 🚀',
        EMPTY: '',
      };
      const run = await bench.run(show, { environmentVariables: variables });
      await run.finish();
      expect((await shown(run))[0]).toMatchObject(variables);
    });

    it('are its arguments, exactly', async () => {
      const given = ['--a', 'b c', '"', "'", '$HOME', '*', '', '\n', '数据', '--', '\\'];
      const run = await bench.run(show, { arguments: given });
      await run.finish();
      expect((await shown(run))[1]).toEqual(['train.py', ...given]);
    });

    it('are the names of the service, whatever the configuration says', async () => {
      const run = await bench.run(show, {
        environmentVariables: { AZUREML_RUN_ID: 'mine', PYTHONPATH: '/more' },
      });
      await run.finish();
      const [env, , cwd] = await shown(run);
      expect(env['AZUREML_RUN_ID']).toBe(run.specification.runId);
      expect(env['AZUREML_EXPERIMENT_ID']).toBe(run.specification.projectId);
      expect(env['PYTHONPATH']).toMatch(/\/sdk:.*\/more$/);
      expect(cwd).toMatch(/\/project$/);
    });

    it('is a folder that the runs of a project share, with its separator', async () => {
      const target = { nativeSharedDirectory: join(bench.workRoot, 'share') };
      const script = (mode: string): string =>
        `import os; f = open(os.environ['AZUREML_NATIVE_SHARE_DIRECTORY'] + 'count', '${mode}'); print(f.write('1') if '${mode}' == 'w' else f.read())`;
      await (await bench.run(script('w'), { target })).finish();
      const second = await bench.run(script('r'), { target });
      await second.finish();
      expect(await second.text('stdout')).toBe('1\n');
      expect((await stat(join(bench.workRoot, 'share/acc/ws/Iris/count'))).uid).toBe(process.getuid?.());
    });

    it('is a HOME that can be written to, and who it is', async () => {
      const run = await bench.run(
        'import getpass, os; open(os.path.expanduser("~/.aml-contract"), "w").close(); os.remove(os.path.expanduser("~/.aml-contract")); print(getpass.getuser())',
      );
      expect((await run.finish()).exit?.exitCode).toBe(0);
    });

    it('is our SDK, and what it logs', async () => {
      const run = await bench.run(
        'from azureml.logging import get_azureml_logger; get_azureml_logger().log("Accuracy", 0.5)',
      );
      await run.finish();
      expect(await run.text('stderr')).toBe('');
      expect(JSON.parse(await run.text('metrics'))).toMatchObject({ name: 'Accuracy' });
    });

    it('is the value of a secret, not its reference', async () => {
      const run = await bench.run(show, {
        environmentVariables: { KEY: 'AzureMlSecret=1' },
        secrets: { 'AzureMlSecret=1': 'value' },
      });
      await run.finish();
      expect((await shown(run))[0]['KEY']).toBe('value');
    });

    it('is the project as submitted: names, links and modes', async () => {
      const name = 'a b/\n"ü".txt';
      const run = await bench.run({
        'train.py': `import os; print(repr(open(${JSON.stringify(name)}).read()), os.readlink('link'))`,
        [name]: 'x',
        link: { link: 'a b' },
      });
      await run.finish();
      expect(await run.text('stdout')).toBe("'x' a b\n");
    });
  });
}
