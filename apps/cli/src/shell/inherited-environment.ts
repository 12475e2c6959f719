import { NETWORK_NAMES } from './network-names';

/** Variables of the submitting shell that a `local` run inherits; the list is part of the documentation. */
export const INHERITED_NAMES: readonly string[] = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TERM',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'CONDA_DEFAULT_ENV',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'PYTHONPATH',
  'CUDA_VISIBLE_DEVICES',
  'CUDA_HOME',
  'NVIDIA_VISIBLE_DEVICES',
  'JAVA_HOME',
  'SPARK_HOME',
  'HADOOP_HOME',
  'HADOOP_CONF_DIR',
  ...NETWORK_NAMES,
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'MPLBACKEND',
  'KERAS_BACKEND',
];

/** Beginnings of further names. */
export const INHERITED_PREFIXES: readonly string[] = ['LC_', 'OMP_', 'MKL_', 'OPENBLAS_', 'PIP_', 'CUDA_'];

/** The inherited part of an environment; addresses with a password in them are left out. */
export function inheritedEnvironment(shell: Readonly<Record<string, string>>): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(shell)) {
    const listed =
      INHERITED_NAMES.includes(name) || INHERITED_PREFIXES.some((prefix) => name.startsWith(prefix));
    if (listed && !/:\/\/[^/\s:@]*:[^/\s@]+@/.test(value)) inherited[name] = value;
  }
  return inherited;
}
