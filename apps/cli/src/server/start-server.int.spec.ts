import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeTerminal } from '../output/fake-terminal';
import { readSettings, type CliSettings } from '../settings';
import { CLI_VERSION } from '../version';
import { connectServer, findServer } from './connect-server';
import { stopServer } from './stop-server';

let home: string;
let settings: CliSettings;

/** Speaks the protocol of the services; the first that makes the lock file serves, others end with 0. */
const SERVER = `
const fs = require('node:fs'), http = require('node:http'), path = require('node:path');
const home = process.env.AML_HOME, at = (name) => path.join(home, name);
fs.appendFileSync(at('starts'), process.pid + ' ' + Object.keys(process.env).sort().join(',') + '\\n');
try { fs.writeFileSync(at('lock'), '', { flag: 'wx' }); } catch { process.exit(0); }
const version = fs.existsSync(at('version')) ? fs.readFileSync(at('version'), 'utf8') : process.env.AML_TEST_VERSION;
fs.rmSync(at('version'), { force: true });
fs.writeFileSync(at('token'), 'secret', { mode: 0o600 });
let url;
const end = () => { fs.rmSync(at('lock')); fs.rmSync(at('server.json')); process.exit(0); };
const server = http.createServer((request, response) => {
  if (request.headers.authorization !== 'Bearer secret') return response.writeHead(401).end();
  if (request.url.startsWith('/stop')) { response.writeHead(202).end('{}'); return setTimeout(end, 20); }
  response.end(JSON.stringify({ pid: process.pid, url, version, database: 'none', activeRuns: 0, startedAt: '', idleStopSeconds: null }));
});
server.listen(0, '127.0.0.1', () => setTimeout(() => {
  url = 'http://127.0.0.1:' + server.address().port;
  fs.writeFileSync(at('server.json'), JSON.stringify({ pid: process.pid, url, version, database: 'none', startedAt: '' }));
}, 200));
`;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
  const main = join(home, 'main.cjs');
  writeFileSync(main, SERVER);
  const shell = {
    AML_HOME: home,
    AML_SERVER_MAIN: main,
    AML_SERVER_WAIT: '10',
    AML_TEST_VERSION: CLI_VERSION,
    PATH: process.env['PATH'] ?? '',
    LEFTOVER: 'x',
  };
  settings = readSettings(shell, { cwd: home, program: 'main.cjs' });
});
afterEach(async () => {
  const found = await findServer(home).catch(() => undefined);
  if (found?.kind === 'running') await stopServer(found, { force: true });
  rmSync(home, { recursive: true, force: true });
});

const starts = (): string[] => readFileSync(join(home, 'starts'), 'utf8').trim().split('\n');

describe('the services', () => {
  it('are started by the first command and found by the next, which is silent', async () => {
    const first = fakeTerminal();
    const { status } = await connectServer(settings, first);
    expect(first.printedErr()).toContain('starting the services (the first time');
    const second = fakeTerminal();
    expect((await connectServer(settings, second)).status.pid).toBe(status.pid);
    expect(second.printedErr()).toBe('');
    expect(starts()).toHaveLength(1);
  });

  it('are one, however many commands start them at the same time', async () => {
    const connected = await Promise.all(
      Array.from({ length: 4 }, () => connectServer(settings, fakeTerminal())),
    );
    expect(new Set(connected.map((each) => each.status.pid)).size).toBe(1);
  });

  it('start with a clean environment', async () => {
    await connectServer(settings, fakeTerminal());
    expect(starts()[0]).toContain('PATH');
    expect(starts()[0]).not.toContain('LEFTOVER');
  });

  it('are started again after they died without a word', async () => {
    const { status } = await connectServer(settings, fakeTerminal());
    process.kill(status.pid, 'SIGKILL');
    execFileSync('sleep', ['0.1']);
    rmSync(join(home, 'lock'));
    const again = await connectServer(settings, fakeTerminal());
    expect(again.status.pid).not.toBe(status.pid);
  });

  it('of another version are restarted when they have nothing to do', async () => {
    writeFileSync(join(home, 'version'), '0.0.1');
    const old = await connectServer(settings, fakeTerminal());
    expect(old.status.version).toBe('0.0.1');
    const terminal = fakeTerminal();
    const fresh = await connectServer(settings, terminal);
    expect(fresh.status.version).toBe(CLI_VERSION);
    expect(terminal.printedErr()).toContain(
      `services of version 0.0.1 are running and this is version ${CLI_VERSION}: restarting them`,
    );
  });

  it('say why they did not start', async () => {
    const error = {
      code: 'database-corrupt',
      message: 'the data folder is damaged',
      hint: 'Restore it.',
      retryable: false,
      blame: 'us',
    };
    writeFileSync(
      settings.serverMain,
      `require('node:fs').writeFileSync('${home}/start-error.json', '${JSON.stringify(error)}'); process.exit(5)`,
    );
    await expect(connectServer(settings, fakeTerminal())).rejects.toMatchObject({
      code: 'database-corrupt',
      hint: 'Restore it.',
    });
  });

  it('that die while they start are told with the end of their log', async () => {
    writeFileSync(settings.serverMain, `console.error('Cannot find module x'); process.exit(1)`);
    await expect(connectServer(settings, fakeTerminal())).rejects.toThrow(
      /ended with exit code 1 while they started\nCannot find module x/,
    );
  });

  it('that refuse our token are not started a second time', async () => {
    await connectServer(settings, fakeTerminal());
    writeFileSync(join(home, 'token'), 'other');
    await expect(connectServer(settings, fakeTerminal())).rejects.toMatchObject({ code: 'not-signed-in' });
    writeFileSync(join(home, 'token'), 'secret');
    expect(starts()).toHaveLength(1);
  });
});
