import {
  isRoot,
  Journey,
  ORDINARY_USER,
  packageRoot,
  waitUntil,
  type JourneyOptions,
  type Outcome,
  type ProjectFolder,
} from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';

const begun: Journey[] = [];
const mounts: string[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  for (const journey of begun) await journey.aml(['server', 'stop', '--force']);
  for (const path of mounts.splice(0)) execFileSync('umount', ['-l', path]);
  for (const journey of begun.splice(0)) await journey.end();
});

function begin(name: string, options: JourneyOptions = {}): Journey {
  const journey = Journey.begin(name, options);
  begun.push(journey);
  return journey;
}

const CONFIGURATIONS = {
  'aml_config/local.compute': 'type: local\n',
  'aml_config/local.runconfig': 'Target: local\nFramework: Python\nArgumentVector: [$file]\n',
  'aml_config/docker.compute': 'type: docker\n',
  'aml_config/docker.runconfig':
    'Target: docker\nFramework: Python\nArgumentVector: [$file]\nPrepareEnvironment: true\n',
  'aml_config/conda_dependencies.yml': 'dependencies:\n- python=3.11\n',
  'train.py': 'print("trained")\n',
};

function project(journey: Journey, files: Readonly<Record<string, string | Uint8Array>> = {}): ProjectFolder {
  return journey.bareProject('demo', { ...CONFIGURATIONS, ...files });
}

/** A small file system of its own, which fills quickly. */
function mountSmall(path: string, size: string): void {
  execFileSync('mkdir', ['-p', path]);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', path]);
  mounts.push(path);
}

function listenOn(place: string | { readonly port: number; readonly host: string }): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    servers.push(server);
    server.once('error', reject);
    if (typeof place === 'string') server.listen(place, () => resolve(server));
    else server.listen(place.port, place.host, () => resolve(server));
  });
}

describe('the Docker engine', () => {
  const journey = Journey.begin('engine', isRoot ? { user: ORDINARY_USER } : {});
  const demo = project(journey);
  const sockets: Server[] = [];

  /** Types a command to services that look for the engine behind this socket. */
  const typeWith = async (socket: string, ...words: readonly string[]): Promise<Outcome> => {
    await journey.aml(['server', 'stop']);
    return demo.amlWith({ env: { DOCKER_HOST: `unix://${socket}` } }, ...words);
  };
  const listen = async (name: string): Promise<string> => {
    const socket = join(journey.folder, name);
    await listenOn(socket);
    sockets.push(...servers.splice(0));
    return socket;
  };

  afterAll(async () => {
    for (const server of sockets) server.close();
    await journey.end();
  });

  it('that is not there is missed with what to do; runs without it go on working', async () => {
    const outcome = await typeWith(
      '/no/such/docker.sock',
      'experiment',
      'submit',
      '-c',
      'docker',
      'train.py',
    );
    expect(outcome.exitCode).toBe(3);
    expect(outcome.stderr).toContain('/no/such/docker.sock');
    expect(outcome.stderr).toMatch(/next: .*(install|start|DOCKER_HOST)/i);
    const check = await demo.aml('computetarget', 'check', 'docker');
    expect(check.exitCode).toBe(3);
    expect(check.stdout + check.stderr).toContain('/no/such/docker.sock');
    expect((await demo.submit('-c', 'local', 'train.py')).stdout).toBe('trained\n');
  });

  it('that is stopped is told from one that is missing', async () => {
    const socket = join(journey.folder, 'stopped.sock');
    // A socket file that nobody listens on, as a killed engine leaves it.
    const bind =
      'import os, socket, sys; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os.chmod(sys.argv[1], 0o666)';
    execFileSync('python3', ['-c', bind, socket]);
    const outcome = await typeWith(socket, 'experiment', 'submit', '-c', 'docker', 'train.py');
    expect(outcome.exitCode).toBe(3);
    expect(outcome.stderr).toMatch(/not running|stopped|refused|does not answer/i);
    expect(outcome.stderr).toMatch(/next: .*start/i);
  });

  it('whose socket an ordinary user may not open says how to get the permission', async () => {
    const socket = await listen('forbidden.sock');
    if (isRoot) chownSync(socket, 0, 0);
    chmodSync(socket, 0);
    const outcome = await typeWith(socket, 'experiment', 'submit', '-c', 'docker', 'train.py');
    expect(outcome.exitCode).toBe(3);
    expect(outcome.stderr).toMatch(/permission|may not/i);
    expect(outcome.stderr).toMatch(/docker.*group|usermod/);
  });

  it('that says nothing does not hold the command for ever', async () => {
    const socket = await listen('silent.sock');
    chmodSync(socket, 0o666);
    const outcome = await typeWith(socket, 'computetarget', 'check', 'docker');
    expect(outcome.exitCode).toBe(3);
    expect(outcome.seconds).toBeLessThan(60);
  });
});

describe('the services', () => {
  const journey = Journey.begin('services');
  const demo = project(journey);
  beforeEach(async () => void (await journey.aml(['server', 'stop', '--force'])));
  afterAll(() => journey.end());

  it('whose port is in use say which, and what to do', async () => {
    const server = await listenOn({ port: 0, host: '127.0.0.1' });
    const address = server.address();
    const port = typeof address === 'object' && address ? String(address.port) : '';
    const outcome = await demo.amlWith(
      { env: { AML_PORT: port } },
      'experiment',
      'submit',
      '-c',
      'local',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain(`the port ${port} of 127.0.0.1 is in use`);
    expect(outcome.stderr).toContain('AML_PORT');
    expect((await demo.submit('-c', 'local', 'train.py')).exitCode).toBe(0);
  });

  it('that are started a second time on the same folder leave the first alone', async () => {
    await journey.succeed(['server', 'start']);
    const pid = journey.serverPid();
    const second = await journey.startProgram([
      process.execPath,
      join(packageRoot, 'dist/standalone/main.mjs'),
    ]).ended;
    expect(second.exitCode).toBe(0);
    const start = await journey.succeed(['server', 'start']);
    expect(start.stdout + start.stderr).toContain(String(pid));
    expect(journey.serverPid()).toBe(pid);
  });

  it('whose folder cannot be written say so', async () => {
    const home = join(journey.folder, 'no-home');
    if (isRoot) {
      mountSmall(home, '1m');
      execFileSync('mount', ['-o', 'remount,ro', home]);
    } else {
      execFileSync('mkdir', ['-m', '555', home]);
    }
    const outcome = await demo.amlWith(
      { env: { AML_HOME: home } },
      'experiment',
      'submit',
      '-c',
      'local',
      'train.py',
    );
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain(home);
    expect(outcome.stderr).toContain('AML_HOME');
  });

  it('whose lock names a process that is gone start all the same', async () => {
    await journey.succeed(['server', 'start']);
    const pid = await journey.killServer();
    expect(readFileSync(join(journey.home, 'server.lock/owner.json'), 'utf8')).toContain(String(pid));
    expect(existsSync(join(journey.home, 'server.json'))).toBe(true);
    expect((await demo.submit('-c', 'local', 'train.py')).stdout).toBe('trained\n');
  });

  it('that meet a setting that means nothing name all of them at once', async () => {
    const env = { AML_PORT: 'eighty', AML_LOCAL_CONCURRENT_RUNS: '-1', AML_LOG_LEVEL: 'loud' };
    const outcome = await demo.amlWith({ env }, 'experiment', 'submit', '-c', 'local', 'train.py');
    expect(outcome.exitCode).toBe(2);
    for (const name of ['AML_PORT', 'AML_LOG_LEVEL', 'AML_LOCAL_CONCURRENT_RUNS'])
      expect(outcome.stderr).toContain(name);
  });

  it('do not mind a clock that jumps a day ahead and back while a run goes on', async () => {
    const clock = join(journey.folder, 'clock.cjs');
    const offset = join(journey.folder, 'offset');
    writeFileSync(offset, '0');
    writeFileSync(
      clock,
      `const { readFileSync } = require('node:fs');
const Real = Date;
let seen = 0, at = -1;
const offset = () => {
  if (performance.now() - at > 20) { at = performance.now(); seen = Number(readFileSync(${JSON.stringify(offset)}, 'utf8')) || seen; }
  return seen;
};
globalThis.Date = class Date extends Real {
  constructor(...given) { if (given.length === 0) super(Real.now() + offset()); else super(...given); }
  static now() { return Real.now() + offset(); }
};
`,
    );
    demo.write({
      'slow.py':
        'import time\nfrom azureml.logging import get_azureml_logger\nlog = get_azureml_logger()\nfor n in range(30):\n    print(n, flush=True)\n    log.log("n", n)\n    time.sleep(0.1)\n',
    });
    await journey.succeed(['server', 'start'], { env: { NODE_OPTIONS: `--require ${clock}` } });
    const run = demo.start('experiment', 'submit', '-c', 'local', 'slow.py');
    await run.until('\n5\n');
    writeFileSync(offset, String(24 * 3_600_000));
    await run.until('\n15\n');
    writeFileSync(offset, String(-24 * 3_600_000));
    const outcome = await run.ended;
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout).toBe(Array.from({ length: 30 }, (_, n) => `${n}\n`).join(''));
    const record = await demo.json<{ status: string; duration: string; n: number[] }>('history', 'last');
    expect(record.status).toBe('Completed');
    expect(record.duration).toMatch(/^0:00:0\d/);
    expect(record.n).toHaveLength(30);
    expect((await demo.submit('-c', 'local', 'train.py')).stdout).toBe('trained\n');
  });

  it('whose database is damaged name its folder and the way out, and touch nothing', async () => {
    await journey.succeed(['server', 'start']);
    await journey.succeed(['server', 'stop']);
    const control = join(journey.home, 'database/data/global/pg_control');
    writeFileSync(control, 'garbage');
    const outcome = await demo.submit('-c', 'local', 'train.py');
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain(join(journey.home, 'database'));
    expect(outcome.stderr).toMatch(/next: .*move/i);
    expect(readFileSync(control, 'utf8')).toBe('garbage');
  });
});

// Only root can make a file system that is full without filling that of everybody.
if (isRoot) {
  describe('a disk that is full', () => {
    it('while the project is sent refuses the submit; with room again it is sent', async () => {
      const journey = begin('full-snapshot');
      mountSmall(join(journey.home, 'blobs'), '2m');
      const demo = project(journey, { 'data.bin': noise(6_000_000) });
      const outcome = await demo.submit('-c', 'local', 'train.py');
      expect(outcome.exitCode).toBe(3);
      expect(outcome.stderr).toMatch(/full|no space/i);
      expect(outcome.stderr).toContain('next:');
      execFileSync('mount', ['-o', 'remount,size=30m', join(journey.home, 'blobs')]);
      expect(await demo.submit('-c', 'local', 'train.py')).toMatchObject({
        exitCode: 0,
        stdout: 'trained\n',
      });
    });

    it('where runs are made fails a run before it starts; while a script runs it is the script’s error', async () => {
      const journey = begin('full-run');
      const work = join(journey.folder, 'work');
      mountSmall(work, '3m');
      const demo = project(journey, {
        'data.bin': noise(6_000_000),
        'fill.py':
          'print("before", flush=True)\nopen("outputs/small.txt", "w").write("small")\nwith open("big.bin", "wb") as file:\n    for _ in range(100): file.write(b"x" * 100000); file.flush()\n',
      });
      await journey.succeed(['server', 'start'], { env: { AML_WORK_ROOT: work } });
      const unstarted = await demo.submit('-c', 'local', 'train.py');
      expect(unstarted.exitCode).toBe(3);
      expect(unstarted.stderr).toMatch(/full|no space/i);
      expect(unstarted.stderr).toContain(work);
      expect(unstarted.stdout).toBe('');

      rmSync(join(demo.path, 'data.bin'));
      const failed = await demo.submit('-c', 'local', 'fill.py');
      expect(failed.exitCode).toBe(1);
      expect(failed.stdout).toBe('before\n');
      expect(failed.stderr).toMatch(/Failed demo_\d+/);
      const record = await demo.json<{ status: string; attachments: string }>('history', 'last');
      expect(record.status).toBe('Failed');
      // What the script wrote before is kept.
      expect(record.attachments).toContain('outputs/small.txt');
    });

    it('while outputs are collected keeps the run waiting and ends it well when there is room', async () => {
      const journey = begin('full-collect');
      const blobs = join(journey.home, 'blobs');
      mountSmall(blobs, '4m');
      const demo = project(journey, {
        'out.py': 'import os\nopen("outputs/big.bin", "wb").write(os.urandom(8000000))\nprint("written")\n',
      });
      const run = demo.start('experiment', 'submit', '-c', 'local', 'out.py');
      await run.until('written');
      await waitUntil('it is said that the disk is full', () => {
        const log = readFileSync(join(journey.home, 'server.log'), 'utf8');
        return /ENOSPC|disk-full|is full/.test(log);
      });
      execFileSync('mount', ['-o', 'remount,size=40m', blobs]);
      const outcome = await run.ended;
      expect(outcome.exitCode).toBe(0);
      const record = await demo.json<{ attachments: string }>('history', 'last');
      expect(record.attachments).toContain('outputs/big.bin');
    });
  });
}

function noise(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  for (let at = 0, seed = 1; at < bytes; at += 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    buffer[at] = seed >> 16;
  }
  return buffer;
}
