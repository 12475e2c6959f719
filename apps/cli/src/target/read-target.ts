import { normalizeTargetName, type ComputeTarget } from '@aml/aml-config';
import { AppError } from '@aml/errors';
import { readProjectConfig } from '../project/read-config-files';
import { FindingsError } from '../project/findings-error';

/** The target of this name in the project's files. @throws AppError `target-unknown`, or what is wrong with its file. */
export function readTarget(root: string, name: string): ComputeTarget {
  const { config } = readProjectConfig(root);
  const wanted = normalizeTargetName(name);
  const target = config.computeTargets.find((each) => each.name === wanted);
  if (target !== undefined) return target;
  const errors = config.findings.filter(
    (finding) => finding.severity === 'error' && finding.file === `aml_config/${wanted}.compute`,
  );
  if (errors.length > 0) {
    const message = `aml_config/${wanted}.compute cannot be read`;
    throw new FindingsError({ code: 'target-unreadable', message, blame: 'user' }, errors, root);
  }
  const names = config.computeTargets.map((each) => each.name);
  throw new AppError({
    code: 'target-unknown',
    message: `there is no compute target \`${wanted}\` in aml_config`,
    hint:
      names.length > 0
        ? `There are: ${names.join(', ')}.`
        : 'Make one: aml computetarget attach docker --name docker',
    blame: 'user',
  });
}
