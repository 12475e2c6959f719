import type { CommandDefinition } from '../../command';

export const projectShowCommand: CommandDefinition = {
  path: ['project', 'show'],
  summary: 'Show the project of this folder',
  examples: [['project show', 'name, id, configurations, runs']],
  run: async (_input, context) => {
    const { requireProjectRoot } = await import('../../project/find-project-root');
    const { readProjectIdentity } = await import('../../project/project-identity');
    const { readProjectConfig } = await import('../../project/read-config-files');
    const { printRecord } = await import('../../output/print-records');
    const root = requireProjectRoot(context.settings.cwd);
    const { config } = readProjectConfig(root);
    const identity = readProjectIdentity(root);
    const { unwrap } = await import('@aml/api-client');
    const server = await context.connect();
    const project = await unwrap(
      server.configService.PUT('/projects/{name}', {
        params: { path: { name: identity.name } },
        body: identity.projectId === undefined ? {} : { projectId: identity.projectId },
      }),
    );
    const configurations = config.runConfigurations.map((each) => each.name);
    const targets = config.computeTargets.map((each) => each.name);
    await printRecord(context.terminal, context.output, { ...project, root, configurations, targets }, [
      ['project', project.name],
      ['id', project.id],
      ['folder', root],
      ['workspace', project.workspaceName],
      ['runs', String(project.runs)],
      ['created', project.createdUtc],
      ['configurations', configurations.join(', ')],
      ['targets', targets.join(', ')],
    ]);
  },
};
