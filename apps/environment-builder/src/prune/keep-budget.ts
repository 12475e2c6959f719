import { toAppError } from '@aml/errors';
import type { Logger } from '@aml/service-kit';
import type { PruneEnvironments } from './prune-environments';

/** After an environment was made: the least recently used others go where all together take more than the budget; one pass at a time. */
export function keepsBudget(prune: PruneEnvironments, log: Logger): (made: string, engine: string) => void {
  let passes = Promise.resolve();
  return (made, engine) => {
    passes = passes
      .then(() => prune.execute({ engine, keep: made, all: false, dryRun: false }))
      .then(
        ({ removed, freedBytes }) => {
          if (removed.length > 0)
            log.info({ engine, removed: removed.length, freedBytes }, 'the budget for images was kept');
        },
        (error: unknown) =>
          log.warn({ engine, error: toAppError(error).toData() }, 'the budget for images could not be kept'),
      );
  };
}
