import { normalizeTargetName } from '@aml/aml-config';
import { AppError } from '@aml/errors';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readProjectConfig } from '../project/read-config-files';

export interface Detached {
  readonly removed: readonly string[];
  /** Run configurations that name the target and were not removed. */
  readonly left: readonly string[];
}

/** Removes the file of a target and the run configuration of the same name. @throws AppError `target-unknown`. */
export function detachTarget(root: string, name: string): Detached {
  const wanted = normalizeTargetName(name);
  const compute = `aml_config/${wanted}.compute`;
  if (!existsSync(join(root, compute))) {
    throw new AppError({
      code: 'target-unknown',
      message: `there is no ${compute}`,
      hint: '`aml computetarget list` shows the targets of the project.',
      blame: 'user',
    });
  }
  const users = readProjectConfig(root).config.runConfigurations.filter(
    (each) => (each.target ?? each.name) === wanted,
  );
  const removed = [compute, ...users.filter((each) => each.name === wanted).map((each) => each.file)];
  for (const path of removed) rmSync(join(root, path));
  return { removed, left: users.filter((each) => each.name !== wanted).map((each) => each.file) };
}
