import { environmentBuildingV1, type FollowLine } from '@aml/contracts';
import { aRunSpecification, type ServiceBench } from '@aml/testing';
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { append, aRecordedRun, changeState, finish, startRunHistory } from '../run-history.fixture';

/** Lines of a live stream, as they come. */
class Following {
  readonly lines: FollowLine[] = [];
  readonly ended: Promise<void>;
  private readonly closing = new AbortController();

  constructor(bench: ServiceBench, runId: string, query = '') {
    this.ended = this.read(bench, `/runs/${encodeURIComponent(runId)}/follow${query}`);
    this.ended.catch(() => undefined);
  }

  text(stream: string): string {
    const chunks = this.lines.flatMap((line) =>
      line.type === 'chunk' && line.stream === stream ? [Buffer.from(line.data, 'base64')] : [],
    );
    return Buffer.concat(chunks).toString();
  }

  states(): string[] {
    return this.lines.flatMap((line) => (line.type === 'state' ? [line.state] : []));
  }

  leave(): void {
    this.closing.abort();
  }

  private async read(bench: ServiceBench, path: string): Promise<void> {
    const response = await bench.request(path, { signal: this.closing.signal });
    let rest = '';
    const decoder = new TextDecoder();
    for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
      const parts = (rest + decoder.decode(bytes, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      this.lines.push(...parts.map((part) => JSON.parse(part) as FollowLine));
    }
  }
}

describe('following a run', () => {
  let bench: ServiceBench;

  beforeAll(async () => {
    bench = await startRunHistory();
  });

  afterAll(() => bench.close());

  it('tells states and bytes as they come, and its end last', async () => {
    const { runId } = await aRecordedRun(bench);
    const following = new Following(bench, runId);
    await expect.poll(() => following.states()).toEqual(['NotStarted']);
    await changeState(bench, runId, 'NotStarted', 'Running');
    await append(bench, runId, 0, 'hello ');
    await append(bench, runId, 0, 'oops', { stream: 'stderr' });
    await append(bench, runId, 6, 'world');
    await expect.poll(() => following.text('stdout')).toBe('hello world');
    await finish(bench, runId);
    await following.ended;
    expect(following.text('stderr')).toBe('oops');
    expect(following.states()).toEqual(['NotStarted', 'Running', 'Completed']);
    expect(following.lines.at(-1)).toEqual({
      type: 'end',
      status: 'Completed',
      exitCode: 0,
      error: null,
      reason: 'exit code 0',
    });
  });

  it('goes on from the bytes that are known', async () => {
    const { runId } = await aRecordedRun(bench);
    await append(bench, runId, 0, '0123456789');
    const following = new Following(bench, runId, '?stdout=7&once=true');
    await following.ended;
    expect(following.text('stdout')).toBe('789');
    expect(following.lines.find((line) => line.type === 'chunk')).toMatchObject({ offset: 7 });
  });

  it('shows a large log whole although it is sealed meanwhile', async () => {
    const { runId } = await aRecordedRun(bench);
    const portion = 'x'.repeat(1024 * 1024);
    for (let index = 0; index < 12; index++) await append(bench, runId, index * portion.length, portion);
    const following = new Following(bench, runId);
    const size = 12 * portion.length;
    await bench.clients.runHistory.POST('/runs/{runId}/logs/{stream}/seal', {
      params: { path: { runId, stream: 'stdout' } },
      body: { fence: 1, size },
    });
    await finish(bench, runId);
    await following.ended;
    expect(following.text('stdout').length).toBe(size);
  });

  it('costs no question to the database while nothing happens, however many follow', async () => {
    const runs = await Promise.all([...Array(20).keys()].map(() => aRecordedRun(bench)));
    const followings = runs.map(({ runId }) => new Following(bench, runId));
    await expect.poll(() => followings.every(({ lines }) => lines.length > 0)).toBe(true);
    const counted = async (): Promise<number> => {
      const [row] = await bench.query<{ calls: string }>(
        'SELECT sum(xact_commit) AS calls FROM pg_stat_database WHERE datname = current_database()',
      );
      return Number(row?.calls);
    };
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const before = await counted();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    // One look for all of them and the looks of the service itself, which are the same for no follower.
    expect((await counted()) - before).toBeLessThan(40);
    followings.forEach((following) => following.leave());
  });

  it('sees what another process of the service recorded', async () => {
    const { runId } = await aRecordedRun(bench);
    const other = await startRunHistory({ database: bench.database });
    const following = new Following(other, runId);
    await expect.poll(() => following.states()).toEqual(['NotStarted']);
    await append(bench, runId, 0, 'from the other one');
    await expect.poll(() => following.text('stdout'), { timeout: 5_000 }).toBe('from the other one');
    following.leave();
    await other.close();
  });

  it('of a run that is not known is refused before the first line', async () => {
    const { runId } = aRunSpecification();
    const response = await bench.request(`/runs/${runId}/follow`);
    expect(response.status).toBe(404);
  });
});

describe('the log of a build', () => {
  let bench: ServiceBench;
  let builder: Server;
  let asked: string[];
  let write: (text: string) => void;
  let endBuild: () => void;

  beforeAll(async () => {
    asked = [];
    builder = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.flushHeaders();
      write = (text) => response.write(text);
      endBuild = () => response.end();
    });
    await new Promise<void>((resolve) => builder.listen(0, '127.0.0.1', resolve));
    const { port } = builder.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/environment-builder`;
    bench = await startRunHistory({ peers: { 'environment-builder': url } });
  });

  afterAll(async () => {
    await bench.close();
    builder.closeAllConnections();
    builder.close();
  });

  it('is fetched once and is in the record of every run that waited for the build', async () => {
    const runs = await Promise.all([...Array(5).keys()].map(() => aRecordedRun(bench)));
    const buildId = randomUUID();
    const following = new Following(bench, runs[0]?.runId ?? '', '?build=0');
    await bench.publish(
      environmentBuildingV1,
      ...runs.map(({ runId }) => ({
        requestId: randomUUID(),
        runId,
        identity: 'a'.repeat(64),
        buildId,
        expectedSeconds: null,
      })),
    );
    await expect.poll(() => asked.length).toBe(1);
    write('step 1\n');
    await expect.poll(() => following.text('build')).toBe('step 1\n');
    write('step 2\n');
    endBuild();
    for (const { runId } of runs) {
      await expect
        .poll(async () => (await bench.request(`/runs/${runId}/logs/build`)).text())
        .toBe('step 1\nstep 2\n');
    }
    await finish(bench, runs[0]?.runId ?? '', { status: 'Failed' });
    await following.ended;
    expect(following.text('build')).toBe('step 1\nstep 2\n');
    expect(asked).toEqual([`/environment-builder/builds/${buildId}/log?offset=0&follow=true`]);
    const { data } = await bench.clients.runHistory.GET('/runs/{runId}', {
      params: { path: { runId: runs[4]?.runId ?? '' } },
    });
    expect(data?.logs).toMatchObject([{ stream: 'build', bytes: 14, lines: 2, sealed: true }]);
  });
});
