import { closest, normalizeRunConfigurationName, type RunConfiguration } from '@aml/aml-config';
import { AppError } from '@aml/errors';
import { FindingsError } from './findings-error';
import { readProjectConfig } from './read-config-files';

/** The run configuration of this name. @throws AppError `run-configuration-unknown`, or what is wrong with its file. */
export function readRunConfiguration(root: string, name: string): RunConfiguration {
  const { config } = readProjectConfig(root);
  const wanted = normalizeRunConfigurationName(name);
  const found = config.runConfigurations.find((each) => each.name === wanted);
  if (found !== undefined) return found;
  const file = `aml_config/${wanted}.runconfig`;
  const errors = config.findings.filter((finding) => finding.severity === 'error' && finding.file === file);
  if (errors.length > 0) {
    throw new FindingsError(
      { code: 'run-configuration-unreadable', message: `${file} cannot be read`, blame: 'user' },
      errors,
      root,
    );
  }
  const names = config.runConfigurations.map((each) => each.name);
  const near = closest(wanted, names);
  throw new AppError({
    code: 'run-configuration-unknown',
    message: `there is no run configuration \`${wanted}\``,
    hint: near === undefined ? `There are: ${names.join(', ') || 'none'}.` : `Did you mean \`${near}\`?`,
    blame: 'user',
  });
}
