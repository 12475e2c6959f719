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
import type { EnvironmentDefinition } from './environment-definition';
import type { BuildStage, StageFile, StageName } from './image-stage';
import { imageLabels, labelsOf, tagOf, type ImageKind } from './labels';

export interface PipStageInput {
  readonly name: StageName;
  readonly kind: ImageKind;
  readonly title: string;
  readonly definition: EnvironmentDefinition;
  readonly identity: string;
  /** The image below. */
  readonly fromTag: string;
  readonly baseTag: string;
  readonly toolTag: string;
  readonly lines: readonly string[];
  readonly constraints: readonly string[];
  /** Files of the project, with their bytes. */
  readonly files: readonly StageFile[];
  /** The files stay in the image. */
  readonly keepFiles: boolean;
  /** Steps at the end, after everything that takes time. */
  readonly ending: readonly string[];
}

const sources = `${environmentRoot}/src`;
const requirements = `${environmentRoot}/pip`;

/**
 * A layer with Python packages on the image below. With BuildKit the tools, caches, secrets and files are only mounted. The classic builder
 * installs in an image that is thrown away and copies the whole prefix onto the base image; onto the layer below it would leave files that pip has removed.
 */
export function pipStage(input: PipStageInput): BuildStage {
  const tag = tagOf(input.kind, input.identity);
  const install = installStep(input);
  const prepare = [
    'USER 0',
    `COPY pip ${requirements}`,
    input.keepFiles ? `COPY src ${sources}` : '',
    `WORKDIR ${sources}`,
  ];
  const labels = labelsOf(input.kind, input.identity);
  return {
    kind: 'build',
    name: input.name,
    tag,
    title: input.title,
    dockerfile: dockerfile([
      `FROM ${input.toolTag} AS tool`,
      `FROM ${input.fromTag}`,
      ...prepare,
      install,
      'WORKDIR /',
      ...input.ending,
    ]),
    classicDockerfile: dockerfile([
      `FROM ${input.toolTag} AS tool`,
      `FROM ${input.fromTag} AS install`,
      `LABEL ${imageLabels.throwaway}=${tag}`,
      ...prepare,
      install,
      `FROM ${input.baseTag}`,
      `COPY --from=install ${environmentRoot} ${environmentRoot}`,
      ...input.ending,
    ]),
    files: [
      { path: 'pip/requirements.txt', content: input.lines.map((line) => `${line}\n`).join('') },
      ...(input.constraints.length > 0
        ? [{ path: 'pip/constraints.txt', content: input.constraints.map((line) => `${line}\n`).join('') }]
        : []),
      ...input.files.map((file) => ({ ...file, path: `src/${file.path}` })),
    ],
    folders: [],
    buildArgs: {},
    labels,
    platform: input.definition.platform,
  };
}

function installStep(input: PipStageInput): string {
  const { python, pip } = input.definition;
  const mounts = [
    `--mount=type=bind,from=tool,source=${toolFolder},target=${toolFolder}`,
    cacheMount('aml-uv'),
    ...secretMounts,
    // Building a package from its folder writes into the folder.
    ...(input.files.length > 0 && !input.keepFiles
      ? [`--mount=type=bind,source=src,target=${sources},rw`]
      : []),
  ];
  const environment = [
    'UV_CACHE_DIR=/aml-cache/uv',
    'PIP_CACHE_DIR=/aml-cache/pip',
    ...(python.from === 'base' ? [`AML_BASE_PYTHON=${python.command}`] : []),
    ...(pip.installer === 'pip' ? ['AML_INSTALLER=pip'] : []),
    ...(input.constraints.length > 0 ? [`AML_CONSTRAINTS=${requirements}/constraints.txt`] : []),
  ];
  const options = [
    ...(pip.indexUrl === undefined ? [] : ['--index-url', pip.indexUrl]),
    ...pip.extraIndexUrls.flatMap((url) => ['--extra-index-url', url]),
  ];
  return runStep(mounts, [
    ...environment,
    `${toolFolder}/install_pip.sh`,
    environmentPrefix,
    `${requirements}/requirements.txt`,
    `${lockFolder}/pip.txt`,
    ...options,
  ]);
}
