import type { CommandDefinition } from '../../command';

export const historyPromoteCommand: CommandDefinition = {
  path: ['history', 'promote'],
  summary: 'Give an output of a run a name of its own, and a link to it in the project',
  details: 'Writes assets/NAME.link. The same content under the same name stays the same version.',
  examples: [['history promote -r RUN_ID -ap outputs/model.pkl -n model.pkl', 'makes assets/model.pkl.link']],
  options: [
    { flags: '-r, --run <run_id>', text: 'the run' },
    { flags: '--artifact-path <path>', text: 'the output (also -ap)' },
    { flags: '-n, --name <name>', text: 'name of the asset' },
  ],
  rewrite: (words) => words.map((word) => (word === '-ap' ? '--artifact-path' : word)),
  run: async (input, context) => {
    const { parseRunId } = await import('@aml/run-model');
    const { requireAssetName, writeAssetLink } = await import('../../history/asset-link');
    const { requireProjectRoot } = await import('../../project/find-project-root');
    const { printRecord } = await import('../../output/print-records');
    const runId = parseRunId(input.needed('run', '-r, --run'));
    const path = input.needed('artifactPath', '-ap, --artifact-path').replace(/^\.\//, '');
    const name = requireAssetName(input.needed('name', '-n, --name'));
    const root = requireProjectRoot(context.settings.cwd);
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const asset = await unwrap(server.runHistory.POST('/assets', { body: { runId, path, name } }));
    const link = writeAssetLink(root, {
      assetId: asset.id,
      name: asset.name,
      version: asset.version,
      runId: asset.run_id,
      path: asset.path,
      sha256: asset.sha256,
    });
    await printRecord(context.terminal, context.output, { ...asset, link }, [
      ['asset', `${asset.name}, version ${asset.version}`],
      ['link', link],
      ['next', `aml asset download -l ${link} -d DIR`],
    ]);
  },
};
