import { resolve } from 'node:path';
import type { CommandDefinition } from '../../command';

export const historyDownloadCommand: CommandDefinition = {
  path: ['history', 'download'],
  summary: 'Download the outputs and logs of a run',
  details: 'Files keep their paths: outputs/model.pkl, driver_log.txt. Each file is checked by its SHA-256.',
  examples: [
    ['history download -r RUN_ID -d results', 'everything into the folder results'],
    ['history download -r RUN_ID -d results -ap outputs/model.pkl', 'one file'],
    ['history download -r RUN_ID -d results --snapshot', 'also the project as it ran, under project/'],
  ],
  options: [
    { flags: '-r, --run <run_id>', text: 'the run' },
    { flags: '-d, --destination <folder>', text: 'where to (default: this folder)' },
    { flags: '--artifact-path <path>', text: 'only this file, or the files of this folder (also -ap)' },
    { flags: '--snapshot', text: 'also the project as it ran' },
  ],
  rewrite: (words) => words.map((word) => (word === '-ap' ? '--artifact-path' : word)),
  run: async (input, context) => {
    const { parseRunId } = await import('@aml/run-model');
    const runId = parseRunId(input.needed('run', '-r, --run'));
    const server = await context.connect();
    const { downloadRun } = await import('../../history/download-run');
    const { printDownloads } = await import('../../history/print-downloads');
    const folder = resolve(context.settings.cwd, input.text('destination') ?? '.');
    const downloaded = await downloadRun(server, context.terminal, {
      runId,
      folder,
      snapshot: input.flag('snapshot'),
      only: input.text('artifactPath'),
    });
    await printDownloads(context, folder, downloaded);
  },
};
