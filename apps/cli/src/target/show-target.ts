import type { ComputeTarget } from '@aml/aml-config';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandContext } from '../command';
import { printRecord } from '../output/print-records';
import { requireProjectRoot } from '../project/find-project-root';
import { findInterpreter, findSparkSubmit } from '../shell/find-interpreter';
import { readTarget } from './read-target';
import { builtInTarget } from './target-settings';

/** Prints the settings of a target and, for `local`, the programs of this shell that a run would use. */
export async function showTarget(context: CommandContext, name: string): Promise<void> {
  const { settings, terminal, output } = context;
  const root = requireProjectRoot(settings.cwd);
  const builtIn = existsSync(join(root, `aml_config/${name}.compute`)) ? undefined : builtInTarget(name);
  const target: Partial<ComputeTarget> & { readonly name: string } =
    builtIn === undefined ? readTarget(root, name) : { name, type: name === 'local' ? 'local' : 'docker' };
  const place = { shell: settings.shell, root };
  const interpreter = target.type === 'local' ? findInterpreter(place, target.pythonLocation) : undefined;
  const spark =
    target.type === 'local' ? findSparkSubmit(place, interpreter, target.sparkSubmitLocation) : null;
  const { positions: _places, ...rest } = target;
  const data = {
    ...(JSON.parse(JSON.stringify(rest)) as Record<string, unknown>),
    file: target.file ?? null,
    ...(target.type === 'local' ? { interpreter: interpreter ?? null, spark_submit: spark } : {}),
  };
  await printRecord(terminal, output, data, [
    ['target', name],
    ['type', target.type ?? ''],
    ['file', target.file ?? 'none: built in'],
    ['address', target.address === undefined ? '' : `${target.username ?? ''}@${target.address.host}`],
    ['password', passwordText(target)],
    ['base image', target.baseDockerImage ?? ''],
    ['shared folder', target.nativeSharedDirectory ?? ''],
    [
      'python',
      target.type !== 'local'
        ? ''
        : interpreter === undefined
          ? 'none found'
          : `${interpreter.path} (${interpreter.source})`,
    ],
    ['spark-submit', target.type !== 'local' ? '' : (spark ?? 'none found; an installed pyspark is used')],
  ]);
}

function passwordText(target: Partial<ComputeTarget>): string {
  if (target.password === undefined) return '';
  return target.password.kind === 'plain-text'
    ? 'in plain text in the file; `aml secret adopt` moves it'
    : 'in the secret store';
}
