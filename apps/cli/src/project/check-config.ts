import { type AmlConfig, type ComputeTarget, type Finding } from '@aml/aml-config';
import { AppError } from '@aml/errors';
import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { CommandContext } from '../command';
import { count } from '../output/humanize';
import { printFinding } from '../output/print-error';
import { printData } from '../output/print-records';
import { printable } from '../output/printable';
import { projectLineReader } from '../output/report-failure';
import { requireProjectRoot } from './find-project-root';
import { readProjectConfig } from './read-config-files';

/** Prints what an `aml_config` folder says and what is to say about it. @returns 0 where everything loads, else 2. */
export async function checkConfig(context: CommandContext, path: string | undefined): Promise<number> {
  const { terminal, output, settings } = context;
  const root = path === undefined ? requireProjectRoot(settings.cwd) : projectOf(resolve(settings.cwd, path));
  const { config } = readProjectConfig(root);
  const errors = config.findings.filter((finding) => finding.severity === 'error').length;
  const exitCode = errors > 0 ? 2 : 0;
  const data = { root, valid: errors === 0, ...config };
  if (output.query !== undefined) {
    const { applyQuery } = await import('../output/apply-query');
    await printData(terminal, output, applyQuery(JSON.parse(JSON.stringify(data)), output.query));
    return exitCode;
  }
  if (output.format !== 'table') {
    await printData(
      terminal,
      output,
      output.format === 'tsv' ? config.findings : JSON.parse(JSON.stringify(data)),
    );
    return exitCode;
  }
  for (const line of understood(config)) terminal.out(`${printable(line)}\n`);
  const readLine = projectLineReader(root);
  for (const finding of config.findings) printFinding(terminal, finding, readLine);
  terminal.err(`${summary(config.findings)}\n`);
  return exitCode;
}

function projectOf(path: string): string {
  if (basename(path) === 'aml_config' && statSync(path, { throwIfNoEntry: false })?.isDirectory())
    return dirname(path);
  if (statSync(join(path, 'aml_config'), { throwIfNoEntry: false })?.isDirectory()) return path;
  throw new AppError({
    code: 'project-missing',
    message: `there is no aml_config folder in ${path}`,
    hint: 'Give the path of a project, or of its aml_config folder.',
    blame: 'user',
  });
}

function understood(config: AmlConfig): readonly string[] {
  return [
    ...config.computeTargets.map(
      (target) => `${target.file}: compute target ${target.name}, ${targetText(target)}`,
    ),
    ...config.runConfigurations.map(
      (each) =>
        `${each.file}: run configuration ${each.name}, ${each.framework} on ${each.target ?? each.name}: ${each.argumentVector.join(' ') || 'no script'}`,
    ),
    ...config.condaFiles.map(
      ({ file, dependencies }) =>
        `${file}: ${count(dependencies.conda.length, 'conda package')}, ${count(dependencies.pip.length, 'pip line')}`,
    ),
    ...config.sparkFiles.map(
      ({ file, dependencies }) =>
        `${file}: ${count(Object.keys(dependencies.configuration).length, 'setting')}, ${count(dependencies.packages.length, 'Spark package')}`,
    ),
  ];
}

function targetText(target: ComputeTarget): string {
  const address = target.address === undefined ? '' : ` at ${target.username ?? ''}@${target.address.host}`;
  return `${target.type}${address}`;
}

function summary(findings: readonly Finding[]): string {
  const errors = findings.filter((finding) => finding.severity === 'error').length;
  const warnings = findings.length - errors;
  if (findings.length === 0) return 'everything loads';
  return errors === 0
    ? `everything loads, with ${count(warnings, 'warning')}`
    : `${count(errors, 'error')}, ${count(warnings, 'warning')}`;
}
