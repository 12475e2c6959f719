import { Journey } from '@aml/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { row, type Benchmark, type Row } from './benchmark';
import { median } from './measure';
import { HELLO } from './surroundings';

const IDLE_SECONDS = 15;
const BAR_MB = 450;

interface Memory {
  readonly resident: number;
  readonly proportional: number;
}

/** Services and database with nothing to do: newly started, and after all that the other topics asked of them. */
export const serverMemory: Benchmark = {
  topic: 'server-memory',
  run: async ({ journey, postgres, repetitions }) => {
    const node = spawn('node', ['-e', 'setInterval(() => undefined, 1e6)'], { stdio: 'ignore' });
    const fresh = Journey.begin('bench-memory');
    try {
      await once(node, 'spawn');
      const project = await fresh.project('small', { 'hello.py': HELLO });
      await project.succeed('experiment', 'submit', '-c', 'local', 'hello.py');
      // Connections that nobody uses are given back meanwhile.
      await delay(IDLE_SECONDS * 1000);
      const bare = [node.pid ?? 0, ...familyOf(postgres.pid)];
      return [
        ...(await rows('idle server after one run', repetitions, fresh, bare)),
        ...(await rows('idle server after all of the above', repetitions, journey, bare)),
      ];
    } finally {
      node.kill();
      await fresh.end();
    }
  },
};

async function rows(
  what: string,
  repetitions: number,
  journey: Journey,
  bare: readonly number[],
): Promise<readonly Row[]> {
  const samples: { ours: Memory; bare: Memory; services: Memory; processes: number }[] = [];
  for (let index = 0; index < repetitions; index += 1) {
    const processes = processesOf(journey);
    samples.push({
      ours: memoryOf(processes),
      bare: memoryOf(bare),
      services: memoryOf(processes.slice(0, 1)),
      processes: processes.length,
    });
    await delay(1000);
  }
  const beside = 'Node and the same Postgres, empty';
  const pick = (key: keyof Memory) => ({
    ours: samples.map((sample) => sample.ours[key]),
    bare: samples.map((sample) => sample.bare[key]),
  });
  const services = median(samples.map((sample) => sample.services.resident)).toFixed(0);
  const processes = median(samples.map((sample) => sample.processes)).toFixed(0);
  return [
    row({
      what: `${what}, RSS`,
      unit: 'MB',
      beside,
      ...pick('resident'),
      bar: { under: BAR_MB },
      note: `${processes} processes; the services have ${services} MB. What Postgres processes share counts in each of them`,
    }),
    row({
      what: `${what}, PSS`,
      unit: 'MB',
      beside,
      ...pick('proportional'),
      bar: { under: BAR_MB },
      note: 'what processes share counts once in all',
    }),
  ];
}

function processesOf(journey: Journey): readonly number[] {
  const [server, database] = [journey.serverPid(), journey.databasePid()];
  if (server === undefined || database === undefined) throw new Error('the services do not run');
  return [...familyOf(server), ...familyOf(database)];
}

/** A process and all that it started, each once. */
function familyOf(pid: number): readonly number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((each) => parentOf(each) === pid);
  return [pid, ...children.flatMap((child) => familyOf(child))];
}

function parentOf(pid: number): number | undefined {
  const stat = readOrNothing(`/proc/${pid}/stat`);
  return stat === '' ? undefined : Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** MB of a million bytes. */
function memoryOf(pids: readonly number[]): Memory {
  let [resident, proportional] = [0, 0];
  for (const pid of new Set(pids)) {
    const text = readOrNothing(`/proc/${pid}/smaps_rollup`);
    resident += megabytes(text, 'Rss');
    proportional += megabytes(text, 'Pss');
  }
  return { resident, proportional };
}

function megabytes(text: string, name: string): number {
  return (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024) / 1e6;
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
