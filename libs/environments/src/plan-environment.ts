import { describeChange } from './describe-change';
import { identityOf, type EnvironmentDefinition } from './environment-definition';
import type { ImageStage, StageName } from './image-stage';
import { tagOf } from './labels';

export interface KnownEnvironment {
  /** Which tags the engine has. */
  readonly tagsPresent: ReadonlySet<string>;
  /** How long the last build of this identity, else of the project's previous environment, took. */
  readonly lastBuildSeconds?: number;
  /** The environment that the project had before. */
  readonly previous?: EnvironmentDefinition;
}

export interface PlannedLayer {
  readonly name: StageName;
  readonly tag: string;
  readonly present: boolean;
  readonly action: 'reuse' | 'build' | 'pull' | 'none';
  /** Why, in words: `is on the engine`, `conda packages (4 asked for)`. */
  readonly reason: string;
}

/** What would happen, before anything does: the data behind `aml environment plan`. */
export interface EnvironmentPlan {
  readonly identity: string;
  readonly tag: string;
  readonly action: 'reuse' | 'build';
  readonly layers: readonly PlannedLayer[];
  /** What differs from the project's previous environment: the lines that cause a build. Empty when nothing does or nothing is known. */
  readonly cause: readonly string[];
  readonly lastBuildSeconds?: number;
}

/** Compares the images that the definition needs with those that are there. */
export function planEnvironment(
  definition: EnvironmentDefinition,
  stages: readonly ImageStage[],
  known: KnownEnvironment,
): EnvironmentPlan {
  const identity = identityOf(definition);
  const tag = tagOf('environment', identity);
  const hit = known.tagsPresent.has(tag);
  const layers = stages.map((stage) => planLayer(stage, known.tagsPresent.has(stage.tag), hit));
  return {
    identity,
    tag,
    action: hit ? 'reuse' : 'build',
    layers,
    cause: known.previous && !hit ? describeChange(known.previous, definition) : [],
    ...(known.lastBuildSeconds === undefined ? {} : { lastBuildSeconds: known.lastBuildSeconds }),
  };
}

function planLayer(stage: ImageStage, present: boolean, hit: boolean): PlannedLayer {
  const { name, tag } = stage;
  if (present) return { name, tag, present, action: 'reuse', reason: 'is on the engine' };
  if (hit) return { name, tag, present, action: 'none', reason: 'not needed: the environment is there' };
  if (stage.kind === 'pull')
    return { name, tag, present, action: 'pull', reason: `${stage.reference} is to be pulled` };
  return { name, tag, present, action: 'build', reason: `${stage.title}: not on the engine` };
}
