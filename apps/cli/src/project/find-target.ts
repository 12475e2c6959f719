import { resolveRun, type ComputeTarget } from '@aml/aml-config';
import { readConfigFiles } from './read-config-files';

/** The compute target that a run configuration, or `target` instead of it, names; undefined where files or names do not allow to say. */
export function findTargetOf(
  root: string,
  configuration: string,
  target: string | undefined,
): ComputeTarget | undefined {
  // Any script will do: which one runs does not decide where.
  const overrides = { script: 'script.py', ...(target === undefined ? {} : { target }) };
  return resolveRun(readConfigFiles(root), configuration, overrides).resolved?.computeTarget;
}
