import { toAppError } from '@aml/errors';
import { setTimeout as delay } from 'node:timers/promises';
import type { EndLine, FollowLine, StateLine } from './follow-line';

export type StreamName = 'stdout' | 'stderr' | 'build';

/** Bytes of each stream that were already shown. */
export type Offsets = Readonly<Record<StreamName, number>>;

export interface FollowSink {
  /** Bytes exactly as the script wrote them. */
  readonly chunk: (stream: StreamName, bytes: Uint8Array) => void;
  readonly state: (line: StateLine) => void;
  /** The connection was lost and is made again; said once for each loss. */
  readonly reconnecting: (why: string) => void;
}

export interface FollowPorts {
  /** Opens the live stream from these offsets; fails where the services cannot be reached. */
  readonly open: (offsets: Offsets, signal: AbortSignal) => Promise<AsyncIterable<FollowLine>>;
  /** Gets the services back when they are gone. */
  readonly revive: () => Promise<void>;
  /** Default: real time. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5000;
const PATIENCE = 20;

/**
 * Follows a run to its end. Every byte is given out once, in the order of its stream, however often the connection
 * is cut meanwhile.
 * @returns the last line, or undefined where `signal` ended the following.
 * @throws what `open` threw where it will not get better.
 */
export async function followRun(
  ports: FollowPorts,
  sink: FollowSink,
  signal: AbortSignal,
): Promise<EndLine | undefined> {
  const offsets: Record<StreamName, number> = { stdout: 0, stderr: 0, build: 0 };
  const wait = ports.wait ?? realWait;
  let lastState = '';
  for (let losses = 0; !signal.aborted;) {
    try {
      for await (const line of await ports.open({ ...offsets }, signal)) {
        losses = 0;
        if (line.type === 'end') return line;
        if (line.type === 'chunk') take(line, offsets, sink);
        if (line.type === 'state' && `${line.state} ${line.at}` !== lastState) {
          lastState = `${line.state} ${line.at}`;
          sink.state(line);
        }
      }
      losses += 1;
    } catch (thrown) {
      if (signal.aborted) break;
      losses += 1;
      const error = toAppError(thrown);
      if (isLasting(error, losses)) throw error;
      if (losses === 1) sink.reconnecting(error.message);
      await ports.revive().catch((reason: unknown) => {
        if (losses >= PATIENCE) throw reason;
      });
    }
    await wait(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** losses), signal);
  }
  return undefined;
}

/** A refusal stays one; a cut connection (also one that undici calls `terminated`) does not. */
function isLasting(error: { readonly code: string; readonly retryable: boolean }, losses: number): boolean {
  if (error.code === 'internal' || error.code === 'service-unreachable') return losses >= PATIENCE;
  return !error.retryable || losses >= PATIENCE;
}

function take(
  line: Extract<FollowLine, { type: 'chunk' }>,
  offsets: Record<StreamName, number>,
  sink: FollowSink,
): void {
  if (!isStream(line.stream)) return;
  const bytes = Buffer.from(line.data, 'base64');
  const known = offsets[line.stream];
  if (line.offset > known) throw new Error(`bytes ${known} to ${line.offset} of ${line.stream} are missing`);
  const fresh = bytes.subarray(known - line.offset);
  if (fresh.length === 0) return;
  offsets[line.stream] = known + fresh.length;
  sink.chunk(line.stream, fresh);
}

function isStream(name: string): name is StreamName {
  return name === 'stdout' || name === 'stderr' || name === 'build';
}

async function realWait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
