import { javaPackageOf, type BasePin } from './base-image';
import { hashOf } from './canonical-json';
import type { BuildStage, StageFile } from './image-stage';
import { labelsOf, tagOf } from './labels';

/** A folder of `deploy/`: its files by path, `Dockerfile` among them. */
export type Recipe = readonly StageFile[];

/** What our own images are made of. */
export interface Recipes {
  /** `deploy/base`. */
  readonly base: Recipe;
  /** `deploy/tool`. */
  readonly tool: Recipe;
  /** The image that both start from. Default of the settings: `debian:bookworm-slim`. */
  readonly debianImage: string;
  /** Further Debian packages for the base image. */
  readonly extraPackages: readonly string[];
}

export type OwnBaseVariant = 'python' | 'spark';

/** Hash of everything that goes into our own base image. */
export function ownBaseHash(recipes: Recipes, variant: OwnBaseVariant): string {
  return hashOf({ recipe: contents(recipes.base), arguments: baseArguments(recipes, variant) });
}

/** The pin of our own base image. */
export function ownBasePin(recipes: Recipes, variant: OwnBaseVariant): BasePin {
  return { kind: 'recipe', hash: ownBaseHash(recipes, variant) };
}

/** Hash of everything that goes into the tool image; part of every definition. */
export function toolHash(recipes: Recipes): string {
  return hashOf({ recipe: contents(recipes.tool), base: ownBaseHash(recipes, 'python') });
}

export function ownBaseTag(recipes: Recipes, variant: OwnBaseVariant): string {
  return tagOf('base', ownBaseHash(recipes, variant));
}

export function toolTag(recipes: Recipes): string {
  return tagOf('tool', toolHash(recipes));
}

/** How our own base image is built. */
export function ownBaseStage(recipes: Recipes, variant: OwnBaseVariant, platform: string): BuildStage {
  const hash = ownBaseHash(recipes, variant);
  return {
    kind: 'build',
    name: variant === 'python' ? 'base' : 'base-variant',
    tag: tagOf('base', hash),
    title:
      variant === 'python' ? 'base image (Debian with Python)' : 'base image (Debian with Python and Java)',
    dockerfile: dockerfileOf(recipes.base),
    files: withoutDockerfile(recipes.base),
    folders: [],
    buildArgs: baseArguments(recipes, variant),
    labels: labelsOf('base', hash),
    platform,
  };
}

/** How the tool image is built, on our own base image. */
export function toolStage(recipes: Recipes, platform: string): BuildStage {
  const hash = toolHash(recipes);
  return {
    kind: 'build',
    name: 'tool',
    tag: tagOf('tool', hash),
    title: 'tool image (conda solver and uv)',
    dockerfile: dockerfileOf(recipes.tool),
    files: withoutDockerfile(recipes.tool),
    folders: [],
    buildArgs: { BASE: ownBaseTag(recipes, 'python') },
    labels: labelsOf('tool', hash),
    platform,
  };
}

function baseArguments(recipes: Recipes, variant: OwnBaseVariant): Readonly<Record<string, string>> {
  return {
    DEBIAN: recipes.debianImage,
    JAVA_PACKAGE: variant === 'spark' ? javaPackageOf(recipes.debianImage) : '',
    EXTRA_PACKAGES: [...recipes.extraPackages].sort().join(' '),
  };
}

function dockerfileOf(recipe: Recipe): string {
  const file = recipe.find((candidate) => candidate.path === 'Dockerfile');
  if (!file) throw new Error('a recipe without a Dockerfile');
  return textOf(file);
}

function withoutDockerfile(recipe: Recipe): Recipe {
  return recipe.filter((file) => file.path !== 'Dockerfile');
}

function contents(recipe: Recipe): Readonly<Record<string, string>> {
  return Object.fromEntries(recipe.map((file) => [`${file.mode ?? 0} ${file.path}`, textOf(file)]));
}

function textOf(file: StageFile): string {
  if (typeof file.content === 'function') throw new Error(`the recipe file ${file.path} is not read`);
  return typeof file.content === 'string' ? file.content : new TextDecoder().decode(file.content);
}
