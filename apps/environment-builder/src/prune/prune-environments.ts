import { environmentPrunedV1, type InputOf, type ResultOf, type environmentBuilderApi } from '@aml/contracts';
import type { DockerEngine } from '@aml/docker-client';
import { imageLabels, type EnvironmentDefinition } from '@aml/environments';
import { toErrorData } from '@aml/errors';
import type { Transactions } from '@aml/messaging';
import type { EnvironmentStore, StoredEnvironment } from '../storage/environment-store';

type Endpoint = typeof environmentBuilderApi.endpoints.pruneEnvironments;
type Wanted = Omit<InputOf<Endpoint>['body'], 'engine'> & { engine: string };
type Pruned = ResultOf<Endpoint>;

export interface PruneParts {
  readonly transactions: Transactions;
  readonly engine: DockerEngine;
  readonly environments: EnvironmentStore;
  /** The images that an environment is made from, itself among them. */
  readonly stageTags: (definition: EnvironmentDefinition) => readonly string[];
  readonly budgetBytes: number;
}

/** Removes images of ours from an engine, never one that a run needs, and never one that is not ours. */
export class PruneEnvironments {
  constructor(private readonly parts: PruneParts) {}

  /** @param wanted `keep`: an environment that is not chosen, such as one just made. */
  async execute(wanted: Wanted & { readonly keep?: string }): Promise<Pruned> {
    const { environments, budgetBytes } = this.parts;
    await environments.forgetEndedRuns();
    const { items } = await environments.list({ engine: wanted.engine, all: false, limit: 10_000 });
    const kept: Pruned['kept'] = [];
    const removed: Pruned['removed'] = [];
    for (const { environment, reason } of choose(items, wanted, budgetBytes)) {
      if (environment.identity === wanted.keep) continue;
      const obstacle = await this.remove(environment, reason, wanted.dryRun);
      const { identity, image, sizeBytes } = environment;
      if (obstacle === undefined)
        removed.push({ identity, image: image ?? '', sizeBytes: sizeBytes ?? 0, reason });
      else kept.push({ identity, reason: obstacle });
    }
    if (!wanted.dryRun && (wanted.all || removed.length > 0)) await this.removeLayers(wanted);
    return { removed, kept, freedBytes: removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  }

  /** @returns why it was not removed. */
  private remove(
    { identity, engine, image }: StoredEnvironment,
    reason: string,
    dryRun: boolean,
  ): Promise<string | undefined> {
    const { transactions, environments } = this.parts;
    return transactions.run(async (unit) => {
      await environments.lock(unit.manager, identity, engine);
      const rows = (await unit.manager.query(
        'SELECT status, image_id FROM environment WHERE identity = $1 AND engine = $2',
        [identity, engine],
      )) as { status: string; image_id: string | null }[];
      if (rows[0]?.status === 'building') return 'it is being built';
      if (await environments.isUsed(unit.manager, identity)) return 'a run that goes on needs it';
      if (dryRun) return undefined;
      const obstacle = image === null ? undefined : await this.removeImage(image);
      if (obstacle !== undefined) return obstacle;
      await environments.pruned(unit.manager, identity, engine);
      unit.publish(environmentPrunedV1, {
        identity,
        engine,
        imageId: rows[0]?.image_id ?? '',
        reason: reason.startsWith('budget') ? 'budget' : 'asked',
      });
      return undefined;
    });
  }

  private async removeImage(reference: string): Promise<string | undefined> {
    const { images } = this.parts.engine;
    try {
      const found = await images.inspect(reference);
      if (found && found.labels[imageLabels.owner] !== 'aml') return `${reference} is not an image of ours`;
      await images.remove(reference);
      return undefined;
    } catch (error) {
      return toErrorData(error).message;
    }
  }

  /**
   * Images of ours that no environment is made from any more; tool and base images only when all are asked for. Not
   * while something is being built: it may be about to use one.
   */
  private async removeLayers({ engine, all }: Wanted): Promise<void> {
    const { items } = await this.parts.environments.list({ engine, all: false, limit: 10_000 });
    if (items.some(({ status }) => status === 'building')) return;
    const needed = new Set(items.flatMap(({ definition }) => this.parts.stageTags(definition)));
    for (const kind of all ? ['layer', 'tool', 'base'] : ['layer']) {
      const found = await this.parts.engine.images.listByLabel([
        { name: imageLabels.owner, value: 'aml' },
        { name: imageLabels.kind, value: kind },
      ]);
      const tags = found.flatMap((image) => image.tags).filter((tag) => !needed.has(tag));
      for (const tag of tags) {
        await this.parts.engine.images.remove(tag).catch((error: unknown) => {
          if (!/in-use|conflict/.test(toErrorData(error).code)) throw error;
        });
      }
    }
  }
}

function choose(
  items: readonly StoredEnvironment[],
  wanted: Wanted,
  defaultBudget: number,
): { environment: StoredEnvironment; reason: string }[] {
  if (wanted.identities) {
    return items
      .filter(({ identity }) => wanted.identities?.some((prefix) => identity.startsWith(prefix)))
      .map((environment) => ({ environment, reason: 'named' }));
  }
  if (wanted.projectName !== undefined) {
    const { projectName } = wanted;
    return items
      .filter(({ projects }) => projects.length === 1 && projects[0] === projectName)
      .map((environment) => ({ environment, reason: `only ${projectName} used it` }));
  }
  if (wanted.all) return items.map((environment) => ({ environment, reason: 'all' }));
  const budget = wanted.budgetBytes ?? defaultBudget;
  let total = 0;
  return items.flatMap((environment) => {
    total += environment.sizeBytes ?? 0;
    return total > budget ? [{ environment, reason: `budget of ${budget} bytes` }] : [];
  });
}
