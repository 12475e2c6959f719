import { type FindingList } from './finding';
import { foldKey } from './known-keys';
import { type SourceText } from './source-text';
import { isNull, type MapNode, type YamlNode } from './yaml-node';

/** Top-level keys of run configurations that the later azureml-core SDK wrote into the same folder. */
export const LATER_KEYS: ReadonlySet<string> = new Set([
  ...['script', 'arguments', 'communicator', 'autoPrepareEnvironment', 'maxRunDurationSeconds', 'nodeCount'],
  ...[
    'environment',
    'history',
    'spark',
    'hdi',
    'batchai',
    'tensorflow',
    'mpi',
    'containerInstance',
    'amlcompute',
  ],
  ...[
    'dataReferences',
    'data',
    'outputData',
    'sourceDirectoryDataStore',
    'databricks',
    'jobName',
    'priority',
    'docker',
  ],
  ...[
    'command',
    'pytorch',
    'paralleltask',
    'cmk8sCompute',
    'cmAksCompute',
    'credentialPassthrough',
    'applicationEndpoints',
  ],
]);

export interface LaterFormat {
  /** `script`, then `arguments`. */
  readonly command: readonly YamlNode[];
  readonly variables: MapNode | undefined;
  readonly condaDependenciesFile: string | undefined;
}

/** Whether a file is of the later SDK: it names a `script`, and has `arguments` or an `environment`, and no `ArgumentVector`. */
export function isLaterFormat(map: MapNode): boolean {
  return (
    child(map, 'script') !== undefined &&
    child(map, 'ArgumentVector') === undefined &&
    (child(map, 'arguments') !== undefined || child(map, 'environment') !== undefined)
  );
}

/** Reads what means the same in the later format; the rest is kept and has no effect, which one warning says. */
export function readLaterFormat(map: MapNode, source: SourceText, findings: FindingList): LaterFormat {
  const script = child(map, 'script');
  const given = child(map, 'arguments');
  const environment = child(map, 'environment');
  const variables = child(environment, 'environmentVariables');
  const conda = child(child(environment, 'python'), 'condaDependenciesFile');
  findings.warning(source.path, source.positionAt(script?.offset ?? map.offset), {
    code: 'later-format',
    message:
      'the file was written for the later azureml-core SDK: its script, arguments, target, framework, environment variables and conda file are used, its other sections are kept and have no effect',
    hint: 'Write a run configuration with `ArgumentVector` and `Target` to have every setting in effect.',
  });
  return {
    command: [
      ...(script === undefined || isNull(script) ? [] : [script]),
      ...(given?.kind === 'list' ? given.items : []),
    ],
    variables: variables?.kind === 'map' ? variables : undefined,
    condaDependenciesFile: conda?.kind === 'scalar' && !isNull(conda) ? conda.text : undefined,
  };
}

function child(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (node?.kind !== 'map') return undefined;
  return node.entries.find((entry) => foldKey(entry.key.text) === foldKey(key))?.value;
}
