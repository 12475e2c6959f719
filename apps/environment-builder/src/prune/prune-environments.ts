import { environmentPrunedV1, type InputOf, type ResultOf, type environmentBuilderApi } from '@aml/contracts';
import type { DockerEngine } from '@aml/docker-client';
import { imageLabels } from '@aml/environments';
import { toErrorData } from '@aml/errors';
import type { Transactions } from '@aml/messaging';
import type { EnvironmentStore, StoredEnvironment } from '../storage/environment-store';

type Endpoint = typeof environmentBuilderApi.endpoints.pruneEnvironments;
type Wanted = Omit<InputOf<Endpoint>['body'], 'engine'> & { engine: string };
type Pruned = ResultOf<Endpoint>;

/** Removes images of ours from an engine, never one that a run needs, and never one that is not ours. */
export class PruneEnvironments {
  constructor(
    private readonly transactions: Transactions,
    private readonly engine: DockerEngine,
    private readonly environments: EnvironmentStore,
    private readonly budgetBytes: number,
  ) {}

  async execute(wanted: Wanted): Promise<Pruned> {
    const { items } = await this.environments.list({ engine: wanted.engine, all: false, limit: 1000 });
    const used = await this.environments.inUse();
    const kept: Pruned['kept'] = [];
    const removed: Pruned['removed'] = [];
    for (const { environment, reason } of choose(items, wanted, this.budgetBytes)) {
      const { identity, image, sizeBytes } = environment;
      if (used.has(identity)) kept.push({ identity, reason: 'a run that goes on needs it' });
      else if (environment.status === 'building') kept.push({ identity, reason: 'it is being built' });
      else if (wanted.dryRun)
        removed.push({ identity, image: image ?? '', sizeBytes: sizeBytes ?? 0, reason });
      else await this.remove(environment, wanted.engine, reason, { removed, kept });
    }
    if (wanted.all && !wanted.dryRun) await this.removeLayers();
    return { removed, kept, freedBytes: removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
  }

  private async remove(
    environment: StoredEnvironment,
    engine: string,
    reason: string,
    into: Pick<Pruned, 'removed' | 'kept'>,
  ): Promise<void> {
    const { identity, image, imageId, sizeBytes } = environment;
    try {
      if (image !== null) await this.engine.images.remove(image);
    } catch (error) {
      into.kept.push({ identity, reason: toErrorData(error).message });
      return;
    }
    await this.transactions.run(async (unit) => {
      await this.environments.pruned(unit.manager, identity, engine);
      unit.publish(environmentPrunedV1, {
        identity,
        engine,
        imageId: imageId ?? '',
        reason: reason.startsWith('budget') ? 'budget' : 'asked',
      });
    });
    into.removed.push({ identity, image: image ?? '', sizeBytes: sizeBytes ?? 0, reason });
  }

  /** Layers, tool and base images of ours that no environment is made from any more; the engine refuses those that are in use. */
  private async removeLayers(): Promise<void> {
    for (const kind of ['layer', 'tool', 'base']) {
      const images = await this.engine.images.listByLabel([
        { name: imageLabels.owner, value: 'aml' },
        { name: imageLabels.kind, value: kind },
      ]);
      for (const tag of images.flatMap(({ tags }) => tags)) {
        await this.engine.images.remove(tag).catch((error: unknown) => {
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
