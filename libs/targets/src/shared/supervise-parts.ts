import type { Host } from './host';
import type { RuntimeBundle } from './runtime-files';
import type { RunLimits } from './target-definition';

/** What every launcher with a supervisor needs. */
export interface SuperviseParts {
  readonly host: Host;
  readonly runtime: RuntimeBundle;
  readonly limits: RunLimits;
}
