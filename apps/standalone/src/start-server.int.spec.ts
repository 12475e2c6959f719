import { SERVICE_APIS } from '@aml/contracts';
import { createLog, openApiDocument, parseSettings } from '@aml/service-kit';
import { createTestDatabase } from '@aml/testing';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServerFiles } from './server-files';
import { ALL_SETTINGS } from './settings';
import { startServer, type RunningServer } from './start-server';

const packageRoot = join(import.meta.dirname, '../../..');
async function start(home: string, environment: Record<string, string> = {}, stop = () => undefined) {
  const files = new ServerFiles(home);
  await files.makeHome();
  const settings = parseSettings(ALL_SETTINGS, environment);
  const log = createLog('fatal');
  return startServer({ files, settings, environment, packageRoot, version: '9.9.9', log, stop });
}

async function newHome(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'aml-home-'));
  await chmod(home, 0o755);
  return home;
}

describe('the services in one process', () => {
  let home: string;
  let server: RunningServer;
  let token: string;
  let stops = 0;

  beforeAll(async () => {
    home = await newHome();
    const database = await createTestDatabase();
    server = await start(home, { DATABASE_URL: database.url }, () => void stops++);
    token = (await readFile(join(home, 'token'), 'utf8')).trim();
  });

  afterAll(async () => {
    await server.close();
    await rm(home, { recursive: true, force: true });
  });

  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
    });

  /** Every endpoint of every contract, with values in the place of parameters. */
  const endpoints = SERVICE_APIS.flatMap(({ service, endpoints: all }) =>
    Object.entries(all).map(([name, { method, path }]) => ({
      name: `${service} ${name}`,
      method,
      path: `/${service}${path.replace(/:\w+/g, 'x')}`,
    })),
  );

  it.each(endpoints)('serve $name, to nobody without the token', async ({ method, path }) => {
    const stranger = await fetch(`${server.url}${path}`, { method });
    expect(stranger.status).toBe(401);
    expect(await stranger.json()).toMatchObject({ title: 'not-signed-in', error: { hint: 'aml login' } });
    const closing = new AbortController();
    const known = await ask(path, { method, signal: closing.signal });
    const body = known.status === 404 ? await known.text() : '';
    expect(body).not.toContain('route-unknown');
    closing.abort();
  });

  it.each(SERVICE_APIS.map((api) => [api.service, api] as const))(
    'serve the document of %s, which has every endpoint and is the one in docs',
    async (service, api) => {
      const served: unknown = await (await fetch(`${server.url}/${service}/openapi.json`)).json();
      expect(served).toEqual(JSON.parse(JSON.stringify(openApiDocument(api, '9.9.9'))));
      const document = served as { paths: Record<string, Record<string, { operationId: string }>> };
      const names = Object.values(document.paths).flatMap((methods) =>
        Object.values(methods).map(({ operationId }) => operationId),
      );
      expect(names.sort()).toEqual(Object.keys(api.endpoints).sort());
      const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as {
        version: string;
      };
      const kept: unknown = JSON.parse(
        await readFile(join(packageRoot, `docs/openapi/${service}.json`), 'utf8'),
      );
      expect(kept).toEqual(JSON.parse(JSON.stringify(openApiDocument(api, version))));
    },
  );

  it('are found by a file that only their user can read', async () => {
    const record = JSON.parse(await readFile(join(home, 'server.json'), 'utf8')) as Record<string, unknown>;
    expect(record).toMatchObject({ pid: process.pid, url: server.url, database: 'external' });
    for (const name of ['token', 'server.json', 'secret-key'])
      expect((await stat(join(home, name))).mode & 0o777).toBe(0o600);
  });

  it('tell their state, their health and numbers for Prometheus', async () => {
    expect(await (await fetch(`${server.url}/health`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${server.url}/ready`)).json()).toEqual({ status: 'ready' });
    const status = (await (await ask('/status')).json()) as Record<string, unknown>;
    expect(status).toMatchObject({
      pid: process.pid,
      version: '9.9.9',
      activeRuns: 0,
      activeBuilds: 0,
      home,
    });
    expect(status['database']).toMatch(/^external \(\S+\/test_\w+\)$/);
    expect(status['database']).not.toContain('@');
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('aml_http_request_seconds_bucket');
  });

  it('stop when asked, with force in the query or in the body', async () => {
    const headers = { 'content-type': 'application/json' };
    const bodies: RequestInit[] = [{}, { body: '{"force":true}', headers }];
    for (const init of bodies) {
      const before = stops;
      const response = await ask('/stop', { method: 'POST', ...init });
      expect(response.status).toBe(202);
      await expect.poll(() => stops).toBe(before + 1);
    }
    const before = stops;
    await ask('/stop?force=true', { method: 'POST' });
    await expect.poll(() => stops).toBe(before + 1);
  });

  it('refuse what is no JSON, what is too large, and what there is not, with a problem body', async () => {
    const headers = { 'content-type': 'application/json' };
    const malformed = await ask('/target-registry/secrets', { method: 'POST', body: '{"a":', headers });
    expect(malformed.status).toBe(400);
    expect(malformed.headers.get('content-type')).toContain('application/problem+json');
    expect(await malformed.json()).toMatchObject({ title: 'request-refused', error: { blame: 'user' } });
    const wrong = await ask('/target-registry/secrets', { method: 'POST', body: '{"label":1}', headers });
    const problem = (await wrong.json()) as { detail: string; operationId: string };
    expect(problem.detail).toContain('body.value');
    expect(problem.operationId).toBe(wrong.headers.get('x-aml-operation'));
    const nowhere = await ask('/run-history/nothing-here');
    expect(nowhere.status).toBe(404);
    expect(await nowhere.json()).toMatchObject({ title: 'route-unknown' });
  });

  it('answer a write with how far readers must have got, and a read that says so sees it', async () => {
    const response = await ask('/target-registry/checks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        target: { name: 'local', kind: 'local-python', file: null, pythonLocation: '/usr/bin/python3' },
        client: null,
      }),
    });
    expect(response.status).toBe(200);
    const position = response.headers.get('x-aml-position') ?? '';
    expect(position).toMatch(/^target\/\d\/\d+$/);
    const read = await ask('/run-history/runs', { headers: { 'x-aml-position': `${position},nonsense` } });
    expect(read.status).toBe(200);
  });
});

describe('a start that fails', () => {
  let home: string;

  beforeAll(async () => {
    home = await newHome();
  });

  afterAll(() => rm(home, { recursive: true, force: true }));

  it('says which database cannot be reached, without its password', async () => {
    const DATABASE_URL = 'postgres://me:hunter2@127.0.0.1:9/aml';
    await expect(start(home, { DATABASE_URL })).rejects.toMatchObject({
      code: 'database-unreachable',
      message: expect.stringMatching(/127\.0\.0\.1:9\/aml cannot be reached: .*ECONNREFUSED/) as string,
    });
    await expect(start(home, { DATABASE_URL })).rejects.not.toThrow('hunter2');
  });

  it('says which settings are wrong, all of them', async () => {
    const wrong = { DATABASE_URL: 'mysql://x', AML_PORT: '99999', AML_CONCURRENT_BUILDS: '0' };
    await expect(start(home, wrong)).rejects.toThrow(
      /AML_PORT: .*DATABASE_URL: must begin with postgres:\/\/.*AML_CONCURRENT_BUILDS: must be at least 1/,
    );
  });

  it('says that the services of another home use the database', async () => {
    const database = await createTestDatabase();
    const first = await start(await newHome(), { DATABASE_URL: database.url });
    await expect(start(home, { DATABASE_URL: database.url })).rejects.toMatchObject({
      code: 'database-in-use',
      hint: expect.stringContaining('aml server stop') as string,
    });
    await first.close();
    const second = await start(home, { DATABASE_URL: database.url });
    await second.close();
    await database.drop();
  });

  it('because its port is in use leaves nothing running', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(start(home, { AML_PORT: String(port) })).rejects.toMatchObject({ code: 'port-in-use' });
    other.close();
    const pidFile = join(home, 'database/data/postmaster.pid');
    await expect(stat(pidFile)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(stat(join(home, 'server.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
