import { computeFileText, runConfigurationFileText, type ComputeFileInput } from '@aml/aml-config';
import { AppError } from '@aml/errors';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindNotThere } from './target-settings';

export interface AttachRequest {
  readonly kind: string;
  readonly name: string;
  readonly settings: Omit<ComputeFileInput, 'type'>;
  /** Overwrite files that are there. */
  readonly force: boolean;
}

const LATER_KINDS = new Set(['remotedocker', 'remote', 'cluster', 'kubernetes', 'databricks', 'batchai']);

/** Writes the pair `NAME.compute` and `NAME.runconfig`. @returns their paths from the root. */
export function attachTarget(root: string, request: AttachRequest): readonly string[] {
  const type = kindOf(request.kind);
  if (!/^[\p{L}\p{N}][\p{L}\p{N}_. -]*$/u.test(request.name)) {
    throw new AppError({
      code: 'target-name-invalid',
      message: `\`${request.name}\` cannot be the name of a compute target`,
      hint: 'It is the name of a file: use letters, digits, `_`, `.` and `-`.',
      blame: 'user',
    });
  }
  const compute = `aml_config/${request.name}.compute`;
  const runConfiguration = `aml_config/${request.name}.runconfig`;
  for (const path of [compute, runConfiguration]) {
    if (request.force || !existsSync(join(root, path))) continue;
    throw new AppError({
      code: 'target-exists',
      message: `${path} is there already`,
      hint: `Change it with \`aml computetarget update --name ${request.name} …\`, or write it anew with --force.`,
      blame: 'user',
    });
  }
  writeFileSync(join(root, compute), computeFileText({ ...request.settings, type }));
  writeFileSync(
    join(root, runConfiguration),
    runConfigurationFileText({
      target: request.name,
      framework: 'Python',
      prepareEnvironment: type === 'docker',
    }),
  );
  return [compute, runConfiguration];
}

/** @throws AppError for kinds that are not there yet, or that nobody knows. */
function kindOf(text: string): 'local' | 'docker' {
  const kind = text.toLowerCase().replace(/[-_ ]/g, '');
  if (kind === 'local') return 'local';
  if (kind === 'docker' || kind === 'localdocker') return 'docker';
  if (LATER_KINDS.has(kind)) throw kindNotThere(kind);
  throw new AppError({
    code: 'target-kind-unknown',
    message: `\`${text}\` is not a kind of compute target`,
    hint: 'Kinds are local and docker; remotedocker, remote and cluster come later.',
    blame: 'user',
  });
}
