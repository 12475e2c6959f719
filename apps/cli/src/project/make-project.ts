import { projectTemplateFiles, type CondaTemplate } from '@aml/aml-config';
import { unwrap, type ServiceClients } from '@aml/api-client';
import { AppError } from '@aml/errors';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readProjectIdentity, writeProjectIdentity } from './project-identity';

/** The files of `aml_config` that a folder lacks, written; what is there stays as it is. @returns their paths. */
export function writeTemplates(root: string, template: CondaTemplate): readonly string[] {
  const existing = existsSync(join(root, 'aml_config')) ? readdirSync(join(root, 'aml_config')) : [];
  const has = (ending: string): boolean => existing.some((name) => name.toLowerCase().endsWith(ending));
  // A folder that has configurations of its own gets no second opinion on them.
  const adopted = has('.compute') || has('.runconfig');
  const missing = projectTemplateFiles(template).filter((file) => {
    if (adopted && /\.(compute|runconfig)$/.test(file.path)) return false;
    return !existsSync(join(root, file.path));
  });
  return writing(root, () =>
    missing.map((file) => {
      mkdirSync(dirname(join(root, file.path)), { recursive: true });
      writeFileSync(join(root, file.path), file.content, { flag: 'wx' });
      return file.path;
    }),
  );
}

/** Makes the project known to the services and writes its identity into the folder. */
export async function registerProject(
  clients: ServiceClients,
  root: string,
  name: string | undefined,
): Promise<{
  readonly id: string;
  readonly name: string;
  readonly runs: number;
  readonly written: readonly string[];
}> {
  const identity = readProjectIdentity(root);
  const wanted = name ?? identity.name;
  const projectId = wanted === identity.name ? identity.projectId : undefined;
  const project = await unwrap(
    clients.configService.PUT('/projects/{name}', {
      params: { path: { name: wanted } },
      body: projectId === undefined ? {} : { projectId },
    }),
  );
  if (identity.projectId === project.id && identity.name === project.name) return { ...project, written: [] };
  writing(root, () => writeProjectIdentity(root, { name: project.name, projectId: project.id }));
  return { ...project, written: ['.aml/project.json'] };
}

/** @throws AppError `project-folder-read-only` (blame: user) with the reason of the file system. */
function writing<Result>(root: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'EROFS' ? 'the file system is read-only' : code === 'EACCES' ? 'permission denied' : message;
    throw new AppError({
      code: 'project-folder-not-writable',
      message: `cannot write to ${root}: ${reason}`,
      hint: 'Choose a folder that you can write to. `submit` itself writes nothing into a project.',
      blame: 'user',
      cause: error,
    });
  }
}
