import { resolve } from 'node:path';
import type { CommandDefinition } from '../../command';

export const assetDownloadCommand: CommandDefinition = {
  path: ['asset', 'download'],
  summary: 'Download a promoted asset by its link',
  examples: [['asset download -l assets/model.pkl.link -d models', 'makes models/model.pkl']],
  options: [
    { flags: '-l, --link-file <path>', text: 'the link that `history promote` wrote' },
    { flags: '-d, --destination <folder>', text: 'where to (default: this folder)' },
  ],
  run: async (input, context) => {
    const { readAssetLink, requireAssetName } = await import('../../history/asset-link');
    const { DownloadFolder } = await import('../../history/write-downloads');
    const { chunksOf } = await import('../../server/answer-chunks');
    const { printDownloads } = await import('../../history/print-downloads');
    const { cwd } = context.settings;
    const link = readAssetLink(resolve(cwd, input.needed('linkFile', '-l, --link-file')));
    const name = requireAssetName(link.name);
    const server = await context.connect();
    const response = await server.raw('run-history', `/assets/${encodeURIComponent(link.assetId)}/content`);
    const folder = new DownloadFolder(resolve(cwd, input.text('destination') ?? '.'));
    const bytes = await folder.write(name, chunksOf(response), { sha256: link.sha256 });
    await printDownloads(context, folder.path, [{ path: name, bytes }]);
  },
};
