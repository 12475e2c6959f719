import { AppError } from '@aml/errors';
import { describe, expect, it } from 'vitest';
import type { FollowLine } from './follow-line';
import { parseLines } from './follow-line';
import { followRun, type FollowPorts, type FollowSink, type Offsets } from './follow-run';

const chunk = (stream: string, offset: number, text: string): FollowLine => ({
  type: 'chunk',
  stream,
  offset,
  data: Buffer.from(text, 'latin1').toString('base64'),
});
const state = (name: 'Queued' | 'Running'): FollowLine => ({
  type: 'state',
  state: name,
  reason: '',
  at: '2026-01-31T12:00:00Z',
});
const end: FollowLine = { type: 'end', status: 'Completed', exitCode: 0, error: null, reason: '' };

/** Answers each opening with the next script; an error in it is a cut connection. */
class FakeHistory implements FollowPorts {
  readonly opened: Offsets[] = [];
  revived = 0;
  private readonly scripts: (readonly (FollowLine | Error)[])[];

  constructor(...scripts: (readonly (FollowLine | Error)[])[]) {
    this.scripts = scripts;
  }

  readonly open = async (offsets: Offsets): Promise<AsyncIterable<FollowLine>> => {
    this.opened.push(offsets);
    const script = this.scripts[this.opened.length - 1] ?? [new Error('gone')];
    if (script[0] instanceof AppError) throw script[0];
    return (async function* () {
      for (const line of script) {
        if (line instanceof Error) throw line;
        yield line;
      }
    })();
  };
  readonly revive = async (): Promise<void> => {
    this.revived += 1;
  };
  readonly wait = async (): Promise<void> => undefined;
}

class Screen implements FollowSink {
  readonly texts: Record<string, string> = { stdout: '', stderr: '', build: '' };
  readonly states: string[] = [];
  losses = 0;
  readonly chunk = (stream: string, bytes: Uint8Array): void => {
    this.texts[stream] += Buffer.from(bytes).toString('latin1');
  };
  readonly state = (line: { state: string }): void => {
    this.states.push(line.state);
  };
  readonly reconnecting = (): void => {
    this.losses += 1;
  };
}

const follow = (history: FollowPorts, screen: Screen, signal = new AbortController().signal) =>
  followRun(history, screen, signal);

describe('following a run', () => {
  it('gives out bytes of each stream and states, to the end', async () => {
    const screen = new Screen();
    const history = new FakeHistory([
      state('Queued'),
      state('Running'),
      chunk('stdout', 0, 'a\u00ff'),
      { type: 'beat' },
      chunk('stderr', 0, 'e'),
      chunk('stdout', 2, 'b'),
      end,
    ]);
    expect(await follow(history, screen)).toEqual(end);
    expect(screen.texts).toEqual({ stdout: 'a\u00ffb', stderr: 'e', build: '' });
    expect(screen.states).toEqual(['Queued', 'Running']);
  });

  it('goes on where it was when the connection is cut, without a byte twice or missing', async () => {
    const screen = new Screen();
    const history = new FakeHistory(
      [state('Running'), chunk('stdout', 0, 'one '), new Error('terminated')],
      [new AppError({ code: 'service-unreachable', message: 'no answer', retryable: true })],
      [state('Running'), chunk('stdout', 2, 'e two'), chunk('stdout', 7, ' three'), end],
    );
    expect(await follow(history, screen)).toEqual(end);
    expect(screen.texts['stdout']).toBe('one two three');
    expect(history.opened.map((offsets) => offsets.stdout)).toEqual([0, 4, 4]);
    expect(history.revived).toBe(2);
    expect(screen).toMatchObject({ states: ['Running'], losses: 1 });
  });

  it('asks again from the last byte when bytes are missing', async () => {
    const screen = new Screen();
    const history = new FakeHistory(
      [chunk('stdout', 0, 'ab'), chunk('stdout', 5, 'x')],
      [chunk('stdout', 2, 'cdex'), end],
    );
    await follow(history, screen);
    expect(screen.texts['stdout']).toBe('abcdex');
  });

  it('goes on when the stream ends without an end', async () => {
    const screen = new Screen();
    await follow(new FakeHistory([chunk('stdout', 0, 'a')], [end]), screen);
    expect(screen.texts['stdout']).toBe('a');
  });

  it('fails at once where there is no such run', async () => {
    const refused = new AppError({ code: 'run-unknown', message: 'there is no run X', blame: 'user' });
    await expect(follow(new FakeHistory([refused]), new Screen())).rejects.toThrow('there is no run X');
  });

  it('gives up when nothing comes back for long', async () => {
    await expect(follow(new FakeHistory(), new Screen())).rejects.toThrow('gone');
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort();
    expect(await follow(new FakeHistory([end]), new Screen(), stop.signal)).toBeUndefined();
  });
});

describe('lines of the live stream', () => {
  it('are put together however they were cut', async () => {
    const bytes = Buffer.from(
      `${JSON.stringify(chunk('stdout', 0, 'x'))}\n${JSON.stringify({ ...end, reason: 'größe' })}\n`,
    );
    for (let size = 1; size < 40; size += 1) {
      const lines: FollowLine[] = [];
      const pieces = (async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      })();
      for await (const line of parseLines(pieces)) lines.push(line);
      expect(lines).toEqual([chunk('stdout', 0, 'x'), { ...end, reason: 'größe' }]);
    }
  });
});
