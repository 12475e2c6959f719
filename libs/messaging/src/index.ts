export { EventLog } from './event-log';
export { formatPosition, laneOf, LANES, parsePositions } from './lanes';
export type { Position } from './lanes';
export type { EventProblem } from './group-reader';
export { Subscription } from './subscription';
export type { SubscriptionSettings } from './subscription';
export { collectPositions, notePositions, Transactions, UnitOfWork } from './transactions';
