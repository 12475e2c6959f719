import type { CommandContext } from '../command';
import type { ServerConnection } from '../server/connect-server';
import { requireProjectRoot } from './find-project-root';
import { openProject, type OpenProject } from './open-project';

/** The services, and the project that the person is in. @throws AppError `project-missing` before anything is started. */
export async function connectProject(
  context: CommandContext,
): Promise<{ readonly server: ServerConnection; readonly project: OpenProject }> {
  const root = requireProjectRoot(context.settings.cwd);
  const server = await context.connect();
  return { server, project: await openProject(server, root) };
}
