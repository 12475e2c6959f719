import type { ServiceClients } from '@aml/api-client';
import type { EnvironmentInputs } from '@aml/contracts';
import {
  buildSecrets,
  defineEnvironment,
  identityOf,
  imageStages,
  tagOf,
  toolHash,
  type EnvironmentDefinition,
  type EnvironmentLock,
  type EnvironmentSettings,
  type ImageStage,
  type Notice,
  type Recipes,
} from '@aml/environments';
import { AppError } from '@aml/errors';
import { readFile } from 'node:fs/promises';
import type { BaseImages } from './base-images';
import { snapshotFiles } from './snapshot-files';

/** An environment thought through: what it is, and what would make it. */
export interface PlannedEnvironment {
  readonly identity: string;
  readonly tag: string;
  readonly definition: EnvironmentDefinition;
  readonly stages: readonly ImageStage[];
  readonly warnings: readonly Notice[];
  /** For build steps, by id. */
  readonly secrets: () => Promise<Readonly<Record<string, Uint8Array | string>>>;
}

export interface PlannerParts {
  readonly services: ServiceClients;
  readonly bases: BaseImages;
  readonly recipes: Recipes;
  readonly settings: EnvironmentSettings;
  /** File with certificate authorities for builds. */
  readonly caBundle: string | undefined;
}

/** Turns the inputs of a run into an identity and the stages of an image; builds nothing. */
export class EnvironmentPlanner {
  constructor(private readonly parts: PlannerParts) {}

  /** @throws AppError `environment-…` with every reason, where the inputs cannot be met. */
  async plan(
    inputs: EnvironmentInputs,
    choice: { refreshBase: boolean; lock?: EnvironmentLock | undefined; signal: AbortSignal },
  ): Promise<PlannedEnvironment> {
    const { services, bases, recipes, settings, caBundle } = this.parts;
    const chosen = await bases.choose(
      inputs.baseImage,
      inputs.framework === 'PySpark',
      choice.refreshBase,
      choice.signal,
    );
    const files = await snapshotFiles(services, inputs.snapshotId, inputs.pip);
    const defined = await defineEnvironment({
      conda: { channels: inputs.channels, conda: inputs.conda, pip: inputs.pip },
      folder: inputs.condaFile?.includes('/')
        ? inputs.condaFile.slice(0, inputs.condaFile.lastIndexOf('/'))
        : '',
      framework: inputs.framework,
      baseImage: chosen.base,
      platform: chosen.platform,
      files,
      settings,
      gpu: inputs.gpu,
      tool: toolHash(recipes),
    });
    if (!defined.definition) throw refused(defined.errors, inputs.condaFile);
    const { definition, netrc } = defined;
    const identity = identityOf(definition);
    return {
      identity,
      tag: tagOf('environment', identity),
      definition,
      stages: imageStages({
        definition,
        recipes,
        readFile: (path) => files.read(path),
        ...(choice.lock ? { lock: choice.lock } : {}),
      }),
      warnings: [...chosen.warnings, ...defined.warnings],
      secrets: async () =>
        buildSecrets({
          settings,
          netrc,
          ...(caBundle === undefined ? {} : { caBundle: await readFile(caBundle) }),
        }),
    };
  }

  /** The images that an environment is made from, itself among them. */
  stageTags(definition: EnvironmentDefinition): string[] {
    const { recipes } = this.parts;
    const readFile = (): Promise<never> => Promise.reject(new Error('only tags are asked for'));
    return imageStages({ definition, recipes, readFile }).map(({ tag }) => tag);
  }
}

function refused(errors: readonly Notice[], condaFile: string | null): AppError {
  const where = condaFile === null ? '' : `${condaFile}: `;
  const [first, ...others] = errors;
  const hints = errors.flatMap(({ hint }) => (hint === undefined ? [] : [hint]));
  return new AppError({
    code: others.length === 0 ? (first?.code ?? 'environment-refused') : 'environment-refused',
    message: `${where}${errors.map(({ message }) => message).join(' ')}`,
    hint: [...new Set(hints)].join(' ') || undefined,
    blame: 'user',
  });
}
