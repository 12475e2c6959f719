import type { CondaLock } from './environment-lock';
import {
  cacheMount,
  dockerfile,
  environmentPrefix,
  environmentRoot,
  lockFolder,
  runStep,
  secretMounts,
  toolFolder,
} from './dockerfile-text';
import type { CondaPart, EnvironmentDefinition } from './environment-definition';
import type { BuildStage, StageFolder } from './image-stage';
import { imageLabels, labelsOf, tagOf } from './labels';

const channelsInBuild = '/aml-channels';

export interface CondaStageInput {
  readonly definition: EnvironmentDefinition;
  readonly conda: CondaPart;
  readonly identity: string;
  readonly baseTag: string;
  readonly toolTag: string;
  /** Exact packages of an earlier build of the same identity. */
  readonly lock?: CondaLock | undefined;
}

/**
 * The layer with the conda packages: solved and installed in the tool image, copied to the same path in the base image.
 * Channels by `file://` are copied into the build's context; their records get their own address back in the lock.
 */
export function condaStage(input: CondaStageInput): BuildStage {
  const tag = tagOf('layer', input.identity);
  const { channels, folders } = channelsForBuild(input.conda.channels);
  const specification = {
    channels,
    packages: input.conda.packages.map((text) => withChannelOfBuild(text, channels)),
    platform: condaPlatform(input.definition.platform),
    virtualPackages: input.conda.virtualPackages,
    pythonFallback: input.definition.policy.pythonFallback,
    locked: input.lock?.packages ?? null,
  };
  const mountedChannels =
    folders.length > 0 ? [`--mount=type=bind,source=channels,target=${channelsInBuild}`] : [];
  const install = [
    'AML_CONDA_CACHE=/aml-cache',
    `${toolFolder}/venv/bin/python`,
    `${toolFolder}/install_conda.py`,
    '/aml-conda.json',
    environmentPrefix,
    `${lockFolder}/conda.json`,
  ];
  return {
    kind: 'build',
    name: 'conda',
    tag,
    title: `conda packages (${input.conda.packages.length} asked for)`,
    dockerfile: dockerfile([
      `FROM ${input.toolTag} AS solve`,
      `LABEL ${imageLabels.throwaway}=${tag}`,
      'COPY conda.json /aml-conda.json',
      runStep([cacheMount('aml-rattler'), ...secretMounts, ...mountedChannels], install),
      `FROM ${input.baseTag}`,
      `COPY --from=solve ${environmentRoot} ${environmentRoot}`,
    ]),
    files: [{ path: 'conda.json', content: JSON.stringify(specification, undefined, 1) }],
    folders,
    buildArgs: {},
    labels: labelsOf('layer', input.identity),
    platform: input.definition.platform,
  };
}

interface BuildChannel {
  /** Where the build finds it. */
  readonly url: string;
  /** What it is called in messages and in the lock. */
  readonly name: string;
}

function channelsForBuild(urls: readonly string[]): {
  readonly channels: readonly BuildChannel[];
  readonly folders: readonly StageFolder[];
} {
  const folders: StageFolder[] = [];
  const channels = urls.map((url) => {
    if (!url.startsWith('file://')) return { url, name: url };
    const path = `channels/${folders.length}`;
    const source = decodeURIComponent(url.slice('file://'.length));
    folders.push({ source, path, include: ['noarch', 'linux-64', 'linux-aarch64'] });
    return { url: `file://${channelsInBuild}/${folders.length - 1}`, name: url };
  });
  return { channels, folders };
}

function withChannelOfBuild(text: string, channels: readonly BuildChannel[]): string {
  const [channel, spec] = text.split('::');
  if (spec === undefined) return text;
  return `${channels.find((candidate) => candidate.name === channel)?.url ?? channel}::${spec}`;
}

function condaPlatform(platform: string): string {
  return platform.endsWith('/arm64') ? 'linux-aarch64' : 'linux-64';
}
