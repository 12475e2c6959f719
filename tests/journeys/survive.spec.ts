import { isProcessAlive, Journey, waitUntil, type ProjectFolder } from '@aml/testing';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const LINES = 20_000;

/** Writes numbered lines to both streams for some seconds, logs metrics, and notes each start outside of the run. */
const LONG = `
import os, sys, time
from azureml.logging import get_azureml_logger
with open(sys.argv[1], "a") as starts: starts.write("%s\\n" % os.environ["AZUREML_RUN_ID"])
log = get_azureml_logger()
for number in range(${LINES}):
    print("line %06d of the output" % number)
    if number % 10 == 0: print("note %06d" % number, file=sys.stderr)
    if number % 500 == 0:
        log.log("step", number)
        time.sleep(float(sys.argv[2]))
log.log("done", 1)
os.makedirs("outputs", exist_ok=True)
open("outputs/last.txt", "w").write("last")
`;
const EXPECTED = Array.from(
  { length: LINES },
  (_, number) => `line ${String(number).padStart(6, '0')} of the output\n`,
).join('');
const NOTES = Array.from(
  { length: LINES / 10 },
  (_, index) => `note ${String(index * 10).padStart(6, '0')}\n`,
).join('');

const journey = Journey.begin('survive');
const starts = join(journey.folder, 'starts');
let project: ProjectFolder;

beforeAll(async () => {
  project = await journey.project('demo', {
    'long.py': LONG,
    'short.py':
      'import sys, time\nopen(sys.argv[1], "a").write(sys.argv[2] + "\\n")\nprint("begin", flush=True)\ntime.sleep(float(sys.argv[3]))\nprint("end")\n',
    'many.py':
      'import os\nos.makedirs("outputs/many")\nfor n in range(400): open("outputs/many/%d" % n, "w").write("x" * n)\n',
  });
});
afterAll(() => journey.end());

interface Details {
  readonly status: string;
  readonly metrics: Record<string, unknown>;
  readonly attachments: string;
  readonly logs: readonly { stream: string; sealed: boolean; bytes: number }[];
}

const info = (id: string): Promise<Details> => project.json<Details>('history', 'info', '-r', id);
const state = async (id: string): Promise<string> =>
  (await project.json<{ state: string }>('experiment', 'status', '-r', id)).state;

function startsOf(word: string): number {
  return existsSync(starts)
    ? readFileSync(starts, 'utf8')
        .split('\n')
        .filter((line) => line === word).length
    : 0;
}

/** Nothing of the long run is missing, nothing is doubled, and it was started once. */
async function expectWhole(id: string): Promise<void> {
  const record = await info(id);
  expect(record.status).toBe('Completed');
  expect(record.metrics['step']).toEqual(Array.from({ length: LINES / 500 }, (_, index) => index * 500));
  expect(record.metrics['done']).toBe(1);
  expect(record.attachments).toContain('outputs/last.txt');
  expect(record.logs.every((log) => log.sealed)).toBe(true);
  const logs = await project.succeed('experiment', 'logs', '-r', id);
  expect(logs.stdout === EXPECTED).toBe(true);
  expect(logs.stderr === NOTES).toBe(true);
  expect(startsOf(id)).toBe(1);
}

describe('a run whose services are killed', () => {
  it('goes on, is followed through three kills by the command that submitted it, and misses no byte', async () => {
    const command = project.start('experiment', 'submit', '-c', 'local', 'long.py', starts, '0.2');
    for (const line of ['line 001000', 'line 006000', 'line 012000']) {
      await command.until(line, 'stdout', 60);
      await waitUntil('the services are back', () => journey.serverPid() !== undefined);
      await journey.killServer();
    }
    const outcome = await command.ended;
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout === EXPECTED).toBe(true);
    await expectWhole(/run (demo_\d+)/.exec(outcome.stderr)?.[1] ?? '');
  });

  it('is adopted by the next command, also when it ended while nobody looked', async () => {
    const id = await project.detach('-c', 'local', 'long.py', starts, '0.05');
    await waitUntil('it runs', async () => (await state(id)) === 'Running');
    await journey.killServer();
    await waitUntil('it has ended', () =>
      existsSync(join(journey.home, 'work/runs', id, 'control/exit.json')),
    );
    await delay(200);
    expect(journey.serverPid()).toBeUndefined();
    const logs = await project.aml('experiment', 'logs', '-r', id, '--follow');
    expect(logs.exitCode).toBe(0);
    expect(logs.stdout === EXPECTED).toBe(true);
    await expectWhole(id);
  });

  it.each([0, 150, 400])(
    '%d ms after it was accepted is started once and ends well',
    async (milliseconds) => {
      const word = `after-${milliseconds}`;
      const id = await project.detach('-c', 'local', 'short.py', starts, word, '0.8');
      await delay(milliseconds);
      await journey.killServer();
      const logs = await project.aml('experiment', 'logs', '-r', id, '--follow');
      expect(logs.stdout).toBe('begin\nend\n');
      expect(logs.exitCode).toBe(0);
      expect(startsOf(word)).toBe(1);
      expect((await info(id)).status).toBe('Completed');
    },
  );

  it('while its outputs are collected has all of them', async () => {
    const id = await project.detach('-c', 'local', 'many.py');
    await waitUntil('it has ended', () =>
      existsSync(join(journey.home, 'work/runs', id, 'control/exit.json')),
    );
    await journey.killServer();
    await project.aml('experiment', 'logs', '-r', id, '--follow');
    const { status, attachments } = await info(id);
    expect(status).toBe('Completed');
    expect(attachments.split(',').filter((path) => path.startsWith('outputs/many/'))).toHaveLength(400);
  });

  it('together with their database goes on, and everything that was said before is still there', async () => {
    const id = await project.detach('-c', 'local', 'long.py', starts, '0.1');
    await waitUntil('it runs', async () => (await state(id)) === 'Running');
    const database = journey.databasePid() ?? 0;
    await journey.killServer();
    process.kill(database, 'SIGKILL');
    await waitUntil('the database is gone', () => !isProcessAlive(database));
    const logs = await project.aml('experiment', 'logs', '-r', id, '--follow');
    expect(logs.exitCode).toBe(0);
    await expectWhole(id);
  });

  it('by the loss of the database alone is followed to its end by the command that submitted it', async () => {
    const command = project.start('experiment', 'submit', '-c', 'local', 'long.py', starts, '0.2');
    await command.until('line 002000', 'stdout', 60);
    process.kill(journey.databasePid() ?? 0, 'SIGKILL');
    const outcome = await command.ended;
    expect(outcome.exitCode).toBe(0);
    expect(outcome.stdout === EXPECTED).toBe(true);
    await expectWhole(/run (demo_\d+)/.exec(outcome.stderr)?.[1] ?? '');
  });

  it('goes on while they are stopped on purpose, and is found again', async () => {
    const id = await project.detach('-c', 'local', 'long.py', starts, '0.1');
    await waitUntil('it runs', async () => (await state(id)) === 'Running');
    const refused = await project.aml('server', 'stop');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/1 run is going on/);
    await project.succeed('server', 'stop', '--force');
    expect((await project.aml('server', 'status')).stdout).toMatch(/not running|false|no/i);
    expect(journey.databasePid()).toBeUndefined();
    const logs = await project.aml('experiment', 'logs', '-r', id, '--follow');
    expect(logs.exitCode).toBe(0);
    await expectWhole(id);
  });
});

describe('the command that follows a run', () => {
  it('may be killed: the run goes on', async () => {
    const command = project.start('experiment', 'submit', '-c', 'local', 'short.py', starts, 'cli', '2');
    await command.until('begin');
    command.signal('SIGKILL');
    await command.ended;
    const id = /run (demo_\d+)/.exec(command.stderr)?.[1] ?? '';
    const logs = await project.aml('experiment', 'logs', '-r', id, '--follow');
    expect(logs).toMatchObject({ exitCode: 0, stdout: 'begin\nend\n' });
  });

  it('says on Ctrl-C, where there is no terminal to ask on, that the run goes on, and ends with 130', async () => {
    const command = project.start('experiment', 'submit', '-c', 'local', 'short.py', starts, 'sigint', '2');
    await command.until('begin');
    command.signal('SIGINT');
    const outcome = await command.ended;
    const id = /run (demo_\d+)/.exec(outcome.stderr)?.[1] ?? '';
    expect(outcome.exitCode).toBe(130);
    expect(outcome.stderr).toContain(`run ${id} goes on`);
    expect(outcome.stderr).toContain(`aml experiment logs -r ${id} --follow`);
    expect(outcome.stderr).toContain(`aml experiment cancel -r ${id}`);
    expect((await project.aml('experiment', 'logs', '-r', id, '--follow')).exitCode).toBe(0);
  });

  it('asks on a terminal; c cancels the run and waits until it is gone', async () => {
    const command = journey.startOnTerminal(
      ['experiment', 'submit', '-c', 'local', 'short.py', starts, 'c', '60'],
      { cwd: project.path },
    );
    await command.until('begin');
    command.type('\u0003');
    await command.until('[c/l]');
    expect(command.stdout).toContain('Cancel the run, or leave it going?');
    command.type('c');
    const outcome = await command.ended;
    expect(outcome.exitCode).toBe(130);
    const id = /run (demo_\d+)/.exec(outcome.stdout)?.[1] ?? '';
    expect(outcome.stdout).toContain('Canceled');
    expect(await state(id)).toBe('Canceled');
  });

  it('asks on a terminal; l leaves the run going', async () => {
    const command = journey.startOnTerminal(
      ['experiment', 'submit', '-c', 'local', 'short.py', starts, 'l', '3'],
      { cwd: project.path },
    );
    await command.until('begin');
    command.type('\u0003');
    await command.until('[c/l]');
    command.type('l');
    const outcome = await command.ended;
    expect(outcome.exitCode).toBe(130);
    const id = /run (demo_\d+)/.exec(outcome.stdout)?.[1] ?? '';
    expect(outcome.stdout).toContain(`run ${id} goes on`);
    expect(await state(id)).toBe('Running');
    const logs = await project.aml('experiment', 'logs', '-r', id, '--follow');
    expect(logs).toMatchObject({ exitCode: 0, stdout: 'begin\nend\n' });
  });
});

describe('a run that is canceled', () => {
  const FAMILY = `
import os, signal, subprocess, sys, time
here = sys.argv[1]
def note(name):
    with open(os.path.join(here, name), "w") as file: file.write(str(os.getpid()))
sleeper = "import os, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(300)"
subprocess.Popen([sys.executable, "-c", sleeper, os.path.join(here, "child")])
subprocess.Popen([sys.executable, "-c", sleeper, os.path.join(here, "session")], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
if os.fork() == 0:
    os.setsid()
    if os.fork() != 0: os._exit(0)
    note("daemon")
    time.sleep(300)
note("script")
while not all(os.path.exists(os.path.join(here, name)) for name in ("child", "session", "daemon")): time.sleep(0.05)
print("all there", flush=True)
time.sleep(300)
`;

  it('leaves no process behind: no child, no daemon, none with a session of its own, none that ignores SIGTERM', async () => {
    const pids = journey.makeFolder(join(journey.folder, 'pids'));
    project.write({ 'family.py': FAMILY });
    const command = project.start('experiment', 'submit', '-c', 'local', 'family.py', pids);
    await command.until('all there');
    const processes = ['script', 'child', 'session', 'daemon'].map((name) =>
      Number(readFileSync(join(pids, name), 'utf8')),
    );
    expect(processes.map(isProcessAlive)).toEqual([true, true, true, true]);
    const id = /run (demo_\d+)/.exec(command.stderr)?.[1] ?? '';
    const asked = await project.aml('experiment', 'cancel', '-r', id);
    expect(asked.exitCode).toBe(0);
    const outcome = await command.ended;
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toMatch(/Canceled demo_/);
    expect(processes.map(isProcessAlive)).toEqual([false, false, false, false]);
    expect(await state(id)).toBe('Canceled');
    const again = await project.aml('experiment', 'cancel', '-r', id);
    expect(again.stderr + again.stdout).toMatch(/Canceled|over|ended/);
  });

  it('is canceled also when the services are killed in between', async () => {
    const id = await project.detach('-c', 'local', 'short.py', starts, 'cancel-kill', '300');
    await waitUntil('it runs', async () => (await state(id)) === 'Running');
    await project.succeed('experiment', 'cancel', '-r', id);
    await journey.killServer();
    await waitUntil('it is canceled', async () => (await state(id)) === 'Canceled');
  });

  it('before it begins never begins', async () => {
    const cores = 4;
    const waiting = await Promise.all(
      Array.from({ length: cores }, (_, index) =>
        project.detach('-c', 'local', 'short.py', starts, `filler-${index}`, '20'),
      ),
    );
    const id = await project.detach('-c', 'local', 'short.py', starts, 'never', '0');
    expect(await state(id)).toBe('Queued');
    expect((await project.succeed('experiment', 'status', '-r', id)).stdout).toMatch(
      /waiting for one of \d+ places/,
    );
    await project.succeed('experiment', 'cancel', '-r', id);
    await waitUntil('it is canceled', async () => (await state(id)) === 'Canceled');
    for (const each of waiting) await project.succeed('experiment', 'cancel', '-r', each);
    for (const each of waiting)
      await waitUntil(`${each} is canceled`, async () => (await state(each)) === 'Canceled');
    expect(startsOf('never')).toBe(0);
  });
});
