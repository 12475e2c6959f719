import type { CondaTemplate } from '@aml/aml-config';
import { AppError } from '@aml/errors';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { CommandContext } from '../command';
import { count } from '../output/humanize';
import { printRecord } from '../output/print-records';
import { registerProject, writeTemplates } from './make-project';
import { requireProjectName } from './project-identity';

/** Makes a folder with the templates of `aml_config` and a project of its name. */
export async function createProject(
  context: CommandContext,
  request: { readonly name: string; readonly path: string | undefined; readonly template: CondaTemplate },
): Promise<void> {
  const name = requireProjectName(request.name);
  const root = resolve(context.settings.cwd, request.path ?? '.', name);
  if (statSync(root, { throwIfNoEntry: false }) !== undefined && !isEmptyFolder(root)) {
    throw new AppError({
      code: 'folder-exists',
      message: `${root} is there and is not empty`,
      hint: `To make a project of it: cd ${quote(relative(context.settings.cwd, root) || '.')} && aml init`,
      blame: 'user',
    });
  }
  makeFolder(root);
  const written = writeTemplates(root, request.template);
  await tellProject(context, root, name, written);
}

/** Makes a project of the folder that the person is in, whatever is in it. */
export async function initProject(
  context: CommandContext,
  request: { readonly name: string | undefined; readonly template: CondaTemplate },
): Promise<void> {
  const root = context.settings.cwd;
  const name = request.name === undefined ? undefined : requireProjectName(request.name);
  const written = writeTemplates(root, request.template);
  await tellProject(context, root, name, written);
  const { readProjectConfig } = await import('./read-config-files');
  const { printFinding } = await import('../output/print-error');
  const { projectLineReader } = await import('../output/report-failure');
  for (const finding of readProjectConfig(root).config.findings) {
    printFinding(context.terminal, finding, projectLineReader(root));
  }
}

async function tellProject(
  context: CommandContext,
  root: string,
  name: string | undefined,
  templates: readonly string[],
): Promise<void> {
  const server = await context.connect();
  const project = await registerProject(server, root, name);
  const written = [...templates, ...project.written];
  const folder = relative(context.settings.cwd, root);
  const data = { id: project.id, name: project.name, root, written };
  await printRecord(context.terminal, context.output, data, [
    ['project', project.name],
    ['folder', root],
    ['written', written.join('\n')],
    [
      'note',
      project.runs > 0
        ? `the project ${project.name} is there already, with ${count(project.runs, 'run')}; this folder belongs to it`
        : '',
    ],
    ['next', `${folder === '' ? '' : `cd ${quote(folder)} && `}aml experiment submit -c local SCRIPT.py`],
  ]);
}

function makeFolder(root: string): void {
  try {
    mkdirSync(root, { recursive: true });
  } catch (error) {
    throw new AppError({
      code: 'project-folder-not-writable',
      message: `cannot make the folder ${root}: ${(error as Error).message}`,
      hint: 'Choose another place with --path.',
      blame: 'user',
      cause: error,
    });
  }
}

function isEmptyFolder(path: string): boolean {
  return statSync(path).isDirectory() && readdirSync(path).length === 0;
}

function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
