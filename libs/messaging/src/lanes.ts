import { TOPICS, type Topic } from '@aml/contracts';

/** Events of one key share a lane; lanes are read side by side, each in order. */
export const LANES = 8;

/** FNV-1a of the key; stable for ever, since positions and offsets name lanes. */
export function laneOf(key: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(key)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash % LANES;
}

/** The number of the advisory lock that writers of a lane take last, so that the lane's order is the order of commits. */
export function laneLock(topic: Topic, lane: number): number {
  return TOPICS.indexOf(topic) * LANES + lane;
}

/** How far a write got: `topic/lane/sequence`. */
export interface Position {
  readonly topic: Topic;
  readonly lane: number;
  readonly seq: bigint;
}

export function formatPosition(position: Position): string {
  return `${position.topic}/${position.lane}/${position.seq}`;
}

/** Positions in a header; what is not one is left out, since it only makes a read wait. */
export function parsePositions(header: string | undefined): Position[] {
  const found: Position[] = [];
  for (const item of header?.split(',') ?? []) {
    const [topic, lane, seq] = item.trim().split('/');
    const known = TOPICS.find((each) => each === topic);
    if (known && /^\d$/.test(lane ?? '') && /^\d{1,18}$/.test(seq ?? '')) {
      found.push({ topic: known, lane: Number(lane), seq: BigInt(seq ?? 0) });
    }
  }
  return found;
}
