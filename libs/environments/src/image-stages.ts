import type { BaseImage } from './base-image';
import { hashOf } from './canonical-json';
import { condaStage } from './conda-stage';
import { environmentPrefix } from './dockerfile-text';
import {
  condaLayerIdentity,
  identityOf,
  sparkLayerIdentity,
  type EnvironmentDefinition,
} from './environment-definition';
import type { EnvironmentLock } from './environment-lock';
import type { BuildStage, ImageStage, StageFile } from './image-stage';
import { tagOf } from './labels';
import { pipStage } from './pip-stage';
import {
  ownBaseHash,
  ownBaseStage,
  ownBaseTag,
  toolStage,
  toolTag,
  type OwnBaseVariant,
  type Recipes,
} from './recipes';

export interface ImageStagesInput {
  readonly definition: EnvironmentDefinition;
  readonly recipes: Recipes;
  /** Bytes of a file of the project, for wheels and folders that the pip list names. */
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** Exact packages of an earlier build of the same identity. */
  readonly lock?: EnvironmentLock;
}

/** The images to make, in order; the last is the environment. Each is there already when its tag is. */
export function imageStages(input: ImageStagesInput): readonly ImageStage[] {
  const { definition, recipes, lock } = input;
  const { platform, pip } = definition;
  const base = baseStages(definition.base, recipes, platform);
  const tool = toolTag(recipes);
  const common = { definition, baseTag: base.tag, toolTag: tool };
  const layers: BuildStage[] = [];
  let below = base.tag;

  const condaIdentity = condaLayerIdentity(definition);
  if (definition.conda && condaIdentity) {
    const conda = condaStage({
      ...common,
      conda: definition.conda,
      identity: condaIdentity,
      lock: lock?.conda,
    });
    layers.push(conda);
    below = conda.tag;
  }
  const sparkIdentity = sparkLayerIdentity(definition);
  if (definition.spark && sparkIdentity) {
    const spark = pipStage({
      ...common,
      name: 'spark',
      kind: 'layer',
      title: 'PySpark',
      identity: sparkIdentity,
      fromTag: below,
      lines: definition.spark.lines,
      constraints: lockedLines(lock, /^(pyspark|py4j)==/),
      files: [],
      keepFiles: false,
      ending: [],
    });
    layers.push(spark);
    below = spark.tag;
  }
  const environment = pipStage({
    ...common,
    name: 'environment',
    kind: 'environment',
    title: `pip packages (${pip.lines.length} lines)`,
    identity: identityOf(definition),
    fromTag: below,
    lines: pip.lines,
    constraints: [...pip.constraints, ...lockedLines(lock, /^[A-Za-z0-9._-]+==/)],
    files: pip.files.map((file): StageFile => ({
      path: file.path,
      content: () => input.readFile(file.path),
    })),
    keepFiles: pip.editable,
    ending: environmentVariables(definition),
  });
  return [...base.stages, toolStage(recipes, platform), ...layers, environment];
}

/** The base image under a name of ours, and our own base image, which the tool image is made from. */
function baseStages(
  base: BaseImage,
  recipes: Recipes,
  platform: string,
): { readonly tag: string; readonly stages: readonly ImageStage[] } {
  const own = ownBaseStage(recipes, 'python', platform);
  const variant = ownVariant(base, recipes);
  if (variant) {
    const stages = variant === 'python' ? [own] : [own, ownBaseStage(recipes, variant, platform)];
    return { tag: ownBaseTag(recipes, variant), stages };
  }
  const tag = tagOf('base', hashOf(base.pin));
  const digest = base.pin.kind === 'digest' ? base.pin.digest : undefined;
  const stage: ImageStage = {
    kind: 'pull',
    name: 'base',
    tag,
    reference: digest === undefined ? base.reference : `${withoutTag(base.reference)}@${digest}`,
    ...(base.pin.kind === 'image-id' ? { imageId: base.pin.id } : {}),
    platform,
  };
  return { tag, stages: [stage, { ...own, name: 'base-variant' }] };
}

/** Which of our own base images a pin means; undefined: none of this version's recipes. */
export function ownVariant(base: BaseImage, recipes: Recipes): OwnBaseVariant | undefined {
  const { pin } = base;
  if (pin.kind !== 'recipe') return undefined;
  return (['python', 'spark'] as const).find((variant) => ownBaseHash(recipes, variant) === pin.hash);
}

/** `registry:5000/name:tag@sha256:…` → `registry:5000/name`. */
function withoutTag(reference: string): string {
  const name = reference.split('@')[0] ?? reference;
  const colon = name.lastIndexOf(':');
  return colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;
}

function lockedLines(lock: EnvironmentLock | undefined, wanted: RegExp): readonly string[] {
  return (lock?.pip ?? []).filter((line) => wanted.test(line));
}

/** Last of all steps, so that they invalidate nothing. */
function environmentVariables(definition: EnvironmentDefinition): readonly string[] {
  const variables = [
    `PATH="${environmentPrefix}/bin:${definition.base.facts.path}"`,
    `AML_ENVIRONMENT=${identityOf(definition)}`,
    definition.conda ? `CONDA_PREFIX=${environmentPrefix}` : `VIRTUAL_ENV=${environmentPrefix}`,
    ...(definition.spark ? [`PYSPARK_PYTHON=${environmentPrefix}/bin/python`] : []),
  ];
  return [`ENV ${variables.join(' ')}`];
}
