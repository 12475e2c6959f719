import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark, Row } from './benchmark';
import { commandStart } from './command-start.bench';
import { environmentHit } from './environment-hit.bench';
import { firstLineDocker } from './first-line-docker.bench';
import { firstLineLocal } from './first-line-local.bench';
import { logLine } from './log-line.bench';
import { describeMachine } from './machine';
import { manySubmits } from './many-submits.bench';
import { toMarkdown, type Failure, type Results } from './report';
import { serverMemory } from './server-memory.bench';
import { serverStart } from './server-start.bench';
import { snapshot } from './snapshot.bench';
import { prepareSurroundings, type Surroundings } from './surroundings';

/** In this order: memory is looked at last, when the services have done everything else. */
const TOPICS: readonly Benchmark[] = [
  commandStart,
  serverStart,
  firstLineLocal,
  firstLineDocker,
  environmentHit,
  logLine,
  snapshot,
  manySubmits,
  serverMemory,
];

/** The table is of this many pairs; a quick run only shows that everything can be measured. */
const REPETITIONS = 7;
const QUICK_REPETITIONS = 2;

async function main(): Promise<number> {
  const quick = !['', '0'].includes(process.env['AML_BENCH_QUICK'] ?? '');
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !TOPICS.some(({ topic }) => topic === name));
  if (unknown.length > 0)
    throw new Error(
      `no benchmark \`${unknown[0]}\`; there are: ${TOPICS.map(({ topic }) => topic).join(' ')}`,
    );
  const tools = process.env['AML_BENCH_TOOLS'];
  const folder = process.env['AML_BENCH_RESULTS'];
  if (tools === undefined || folder === undefined) throw new Error('start this with `npm run bench`');
  const machine = describeMachine();
  const repetitions = quick ? QUICK_REPETITIONS : REPETITIONS;
  const surroundings = await prepareSurroundings({ repetitions, tools });
  const results = await measureAll(
    TOPICS.filter(({ topic }) => wanted.length === 0 || wanted.includes(topic)),
    surroundings,
  ).finally(() => surroundings.end());
  write(folder, { machine, repetitions, ...results });
  return results.failures.length === 0 ? 0 : 1;
}

async function measureAll(
  topics: readonly Benchmark[],
  surroundings: Surroundings,
): Promise<{ rows: readonly Row[]; failures: readonly Failure[] }> {
  const rows: Row[] = [];
  const failures: Failure[] = [];
  for (const { topic, run } of topics) {
    process.stdout.write(`▸ ${topic}\n`);
    const began = Date.now();
    try {
      rows.push(...(await run(surroundings)));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      process.stdout.write(`  could not run: ${reason}\n`);
      failures.push({ topic, reason });
    }
    process.stdout.write(`  ${topic}: ${((Date.now() - began) / 1000).toFixed(0)} s\n`);
  }
  return { rows, failures };
}

function write(folder: string, results: Results): void {
  const markdown = toMarkdown(results);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'results.md'), markdown);
  const rounded = (_key: string, value: unknown): unknown =>
    typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
  writeFileSync(join(folder, 'results.json'), `${JSON.stringify(results, rounded, 2)}\n`);
  process.stdout.write(`\n${markdown}\nwritten to ${folder}\n`);
}

process.exit(await main());
