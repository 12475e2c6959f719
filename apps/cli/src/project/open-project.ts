import { unwrap, type ServiceClients } from '@aml/api-client';
import { requireProjectRoot } from './find-project-root';
import { readProjectIdentity } from './project-identity';

export interface OpenProject {
  readonly root: string;
  readonly id: string;
  readonly name: string;
}

/** The project that the person is in, as the services know it; made there on first use. */
export async function openProject(clients: ServiceClients, cwd: string): Promise<OpenProject> {
  const root = requireProjectRoot(cwd);
  const identity = readProjectIdentity(root);
  const project = await unwrap(
    clients.configService.PUT('/projects/{name}', {
      params: { path: { name: identity.name } },
      body: identity.projectId === undefined ? {} : { projectId: identity.projectId },
    }),
  );
  return { root, id: project.id, name: project.name };
}
