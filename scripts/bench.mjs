// Measures everything that is promised in numbers, each beside its bare operation, and writes tests/benchmarks/results.md and results.json.
// usage: npm run bench [-- TOPIC ...]   AML_BENCH_QUICK=1: two pairs of each, to see whether everything can be measured
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bin, build, cacheFolder, main, root, run, step } from './tools.mjs';

/** What `local` submits are compared with. */
const MLFLOW = '3.17.2';

/** A Python with mlflow, which is also the one that the measured scripts run with. */
async function mlflow() {
  const venv = join(cacheFolder, `mlflow-${MLFLOW}`);
  if (existsSync(join(venv, 'bin/mlflow'))) return venv;
  await step(`install mlflow ${MLFLOW}`, async () => {
    await run('python3', ['-m', 'venv', '--clear', venv]);
    await run(join(venv, 'bin/pip'), ['install', '-q', '--disable-pip-version-check', `mlflow==${MLFLOW}`], {
      quiet: true,
    });
  });
  return venv;
}

await main(async () => {
  const topics = process.argv.slice(2);
  const quick = !['', '0'].includes(process.env.AML_BENCH_QUICK ?? '');
  await build();
  await step('a Docker engine', () =>
    run('bash', [join(root, 'tests/servers/docker-engine.sh')], { allowFailure: true }),
  );
  const tools = await mlflow();
  // Only a whole measurement replaces the one that is kept.
  const whole = !quick && topics.length === 0;
  const results = join(root, whole ? 'tests/benchmarks' : 'tests/.results/benchmarks');
  const { code } = await run(bin('tsx'), ['tests/benchmarks/run-benchmarks.ts', ...topics], {
    env: { AML_BENCH_TOOLS: tools, AML_BENCH_RESULTS: results },
    allowFailure: true,
  });
  if (whole)
    await run(bin('prettier'), ['--write', '--log-level=warn', `${results}/results.{md,json}`], {
      allowFailure: true,
    });
  return code;
});
