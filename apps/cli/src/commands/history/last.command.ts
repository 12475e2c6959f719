import { AppError } from '@aml/errors';
import type { CommandDefinition } from '../../command';

export const historyLastCommand: CommandDefinition = {
  path: ['history', 'last'],
  summary: 'Show the record of the newest run of this project',
  examples: [
    ['history last', 'the newest run'],
    ['history last --query run_id -o tsv', 'its id, for a shell script'],
  ],
  run: async (_input, context) => {
    const { connectProject } = await import('../../project/connect-project');
    const { listRuns, NO_FILTER } = await import('../../history/list-runs');
    const { unwrap } = await import('@aml/api-client');
    const { server, project } = await connectProject(context);
    const { runs } = await listRuns(server, { ...NO_FILTER, projectId: project.id, limit: 1 });
    const runId = runs[0]?.run_id;
    if (runId === undefined) {
      throw new AppError({
        code: 'no-runs',
        message: `the project ${project.name} has no runs yet`,
        hint: 'For example: aml experiment submit -c local train.py',
        blame: 'user',
      });
    }
    const details = await unwrap(server.runHistory.GET('/runs/{runId}', { params: { path: { runId } } }));
    const { printDetails } = await import('../../history/print-details');
    await printDetails(context, details);
  },
};
