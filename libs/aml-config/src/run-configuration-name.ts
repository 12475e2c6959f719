/**
 * The name of a run configuration as people type it: `NAME`, `NAME.runconfig` and `aml_config/NAME.runconfig` are the same, also with `./`
 * before it, with backslashes, and as an absolute path. Text that is none of these is returned as it is.
 */
export function normalizeRunConfigurationName(text: string): string {
  const path = text
    .trim()
    .replaceAll('\\', '/')
    .replace(/\/{2,}/g, '/')
    .replace(/^(?:\.\/)+/, '');
  const inFolder = path.lastIndexOf('aml_config/');
  const isFolder = inFolder === 0 || (inFolder > 0 && path[inFolder - 1] === '/');
  const name = isFolder ? path.slice(inFolder + 'aml_config/'.length) : path;
  const bare = name.replace(/\.runconfig$/i, '');
  return bare === '' ? text.trim() : bare;
}
