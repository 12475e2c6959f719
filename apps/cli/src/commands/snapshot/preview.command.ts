import type { CommandDefinition } from '../../command';

export const snapshotPreviewCommand: CommandDefinition = {
  path: ['snapshot', 'preview'],
  summary:
    'Show what a submit would send: the biggest files and folders, what is left out, what an ignore line would save',
  examples: [
    ['snapshot preview', 'size, the biggest offenders, lines for .amlignore'],
    ['snapshot preview --files', 'every file'],
    ['snapshot preview -o json', 'the same for programs'],
  ],
  options: [
    { flags: '--files', text: 'list every file' },
    { flags: '--top <number>', text: 'how many of the biggest (default: 10)' },
  ],
  run: async (input, context) => {
    const { previewSnapshot } = await import('../../snapshot/preview-snapshot');
    await previewSnapshot(context, { files: input.flag('files'), top: input.count('top', '--top') ?? 10 });
  },
};
