/** A package of the old service that nobody can install any more. */
export interface RemovedPackage {
  /** Normalised name. */
  readonly name: string;
  /** `ours`: what scripts use of it is given to every run by our own SDK. `gone`: there is nothing in its place. */
  readonly instead: 'ours' | 'gone';
  readonly because: string;
}

const removedPackages: readonly RemovedPackage[] = [
  { name: 'azureml-logging', instead: 'ours', because: 'every run has azureml.logging already' },
  {
    name: 'azureml-assets',
    instead: 'gone',
    because: 'it belonged to the old service and is not published any more',
  },
  { name: 'azure-ml-api-sdk', instead: 'gone', because: 'the model management service it talks to is gone' },
  { name: 'azureml-api', instead: 'gone', because: 'the model management service it talks to is gone' },
  {
    name: 'azureml-datacollector',
    instead: 'gone',
    because: 'the model management service it talks to is gone',
  },
  {
    name: 'azureml-dataprep',
    instead: 'gone',
    because: 'the wheel of the old service is not published any more',
  },
  { name: 'azureml-sdk', instead: 'gone', because: 'the wheel of the old service is not published any more' },
  {
    name: 'azureml-core',
    instead: 'ours',
    because: 'every run has what scripts use of azureml.core.Run already',
  },
  {
    name: 'azureml-requirements',
    instead: 'gone',
    because: 'it brought the packages of the old service, which runs do not need any more',
  },
  { name: 'azureml-contrib-services', instead: 'gone', because: 'it belonged to the old service' },
  { name: 'azureml-parallel', instead: 'gone', because: 'it belonged to the old service' },
];

/** Only as wheels of the old service are these gone: packages of the same names live on in the package index. */
const stillPublished = new Set([
  'azureml-sdk',
  'azureml-core',
  'azureml-dataprep',
  'azureml-contrib-services',
]);

/** The table for the documentation. */
export function removedPackageTable(): readonly RemovedPackage[] {
  return removedPackages;
}

/** Whether a pip line asks for a package of the old service: by name (`azure-ml-api-sdk==0.1.0a10`) or as a wheel by URL, wherever that was. */
export function findRemovedPackage(line: string): RemovedPackage | undefined {
  const url = /^(?:[^@]*@\s*)?https?:\/\/[^?#\s]*\/([^/?#\s]+)\.whl(?:[?#]|$)/i.exec(line)?.[1];
  const name = normaliseName(
    url === undefined ? (/^[A-Za-z0-9._-]+/.exec(line)?.[0] ?? '') : (url.split('-')[0] ?? ''),
  );
  const found = removedPackages.find((candidate) => candidate.name === name);
  if (!found || (url === undefined && stillPublished.has(name))) return undefined;
  return found;
}

/** Places of packages that do not answer any more, by host; asking them would only fail the build. */
const removedIndexes: Readonly<Record<string, string>> = {
  'azuremldownloads.azureedge.net': 'the package index of the old service is gone',
  'azuremldownloads.blob.core.windows.net': 'the package index of the old service is gone',
  'pypi.python.org': 'it is an old address of the Python package index, which is asked anyway',
};

/** Why an option such as `--extra-index-url https://azuremldownloads.azureedge.net/…` is left out; undefined: it is not. */
export function findRemovedIndex(option: string, value: string): string | undefined {
  if (!/^--?(index-url|i|extra-index-url|find-links|f|trusted-host)$/.test(option)) return undefined;
  const host = /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?([^:/?#]+)/i.exec(value)?.[1]?.toLowerCase() ?? '';
  return removedIndexes[host];
}

/** Names of Python packages are equal whatever their case and separators (PEP 503). */
export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
