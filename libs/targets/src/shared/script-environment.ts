import type { RunSpecification } from '@aml/contracts';

/** What the machine of a run adds to what its specification says. */
export interface EnvironmentOfMachine {
  /** Lowest: what the machine, image or submitting shell gives. */
  readonly inherited: Readonly<Record<string, string>>;
  /** Where the modules of ours are, as the script sees it. */
  readonly sdk: string;
  readonly home: string;
  readonly user: string;
  /** The folder shared by the runs of a project, as the script sees it; null: none. */
  readonly sharedFolder: string | null;
}

/**
 * The whole environment of a script. From the lowest: inherited, ours, the run configuration's with `--env` (values that
 * are references to secrets replaced), then the names that belong to the service and cannot be set by anyone else.
 */
export function scriptEnvironment(
  specification: RunSpecification,
  machine: EnvironmentOfMachine,
  secrets: Readonly<Record<string, string>>,
): Record<string, string> {
  const configured = Object.fromEntries(
    Object.entries(specification.environmentVariables).map(([name, value]) => [
      name,
      secrets[value] ?? value,
    ]),
  );
  const merged: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    USER: machine.user,
    LOGNAME: machine.user,
    ...machine.inherited,
    HOME: machine.home,
    ...configured,
  };
  const hasLocale = ['LANG', 'LC_ALL', 'LC_CTYPE'].some((name) => merged[name]);
  return {
    ...merged,
    // Without a locale, Python before 3.7 writes ASCII only.
    ...(hasLocale ? {} : { LANG: 'C.UTF-8' }),
    PYTHONPATH: [machine.sdk, merged['PYTHONPATH']].filter(Boolean).join(':'),
    AZUREML_RUN_ID: specification.runId,
    AZUREML_EXPERIMENT_ID: specification.projectId,
    ...(machine.sharedFolder === null
      ? {}
      : { AZUREML_NATIVE_SHARE_DIRECTORY: `${machine.sharedFolder.replace(/\/+$/, '')}/` }),
  };
}

/** References to secrets in the environment of a run; their values must be in `LaunchInput.secrets`. */
export function secretReferencesOf(specification: RunSpecification): string[] {
  const values = Object.values(specification.environmentVariables);
  return [...new Set(values.filter((value) => /^AzureMlSecret=\S+$/.test(value)))];
}
