import { assetPromotedV1 } from './asset-promoted.v1';
import { environmentBuildingV1 } from './environment-building.v1';
import { environmentFailedV1 } from './environment-failed.v1';
import { environmentPrunedV1 } from './environment-pruned.v1';
import { environmentReadyV1 } from './environment-ready.v1';
import { environmentRequestedV1 } from './environment-requested.v1';
import type { EventDefinition } from './event-envelope';
import { projectCreatedV1 } from './project-created.v1';
import { runFinishedV1 } from './run-finished.v1';
import { runRequestedV1 } from './run-requested.v1';
import { runStateChangedV1 } from './run-state-changed.v1';
import { targetCheckedV1 } from './target-checked.v1';

/** Every event of the system by type. */
export const EVENT_CATALOGUE: ReadonlyMap<string, EventDefinition> = new Map(
  [
    runRequestedV1,
    runStateChangedV1,
    runFinishedV1,
    environmentRequestedV1,
    environmentBuildingV1,
    environmentReadyV1,
    environmentFailedV1,
    environmentPrunedV1,
    projectCreatedV1,
    targetCheckedV1,
    assetPromotedV1,
  ].map((definition) => [definition.type, definition as unknown as EventDefinition]),
);
