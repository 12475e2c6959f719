// Everything that the tests need, then all of them. Closes with `N passed, N failed, N skipped`.
// usage: npm test [-- STAGE ...]   stages: unit integration integration-postgres ordinary-user contract python journeys node-24 quickstart
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bin, build, cacheFolder, has, main, root, run, say, step } from './tools.mjs';

const asRoot = process.getuid() === 0;
const results = join(root, 'tests/.results');
const counts = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const wanted = process.argv.slice(2);

/** Libraries and services with a database of their own in their tests. */
const DATABASE_TESTS = [
  'libs/messaging',
  'apps/run-history',
  'apps/config-service',
  'apps/dispatcher',
  'apps/environment-builder',
  'apps/target-registry',
  'apps/standalone',
];
/** What must also work for an ordinary user: the database it starts, and the command line. */
const ORDINARY_USER = 'aml-tests';

async function vitest(name, args, { env = {}, prefix = [], folder = results, node = process.execPath } = {}) {
  const file = join(folder, `${name}.json`);
  const command = [...prefix, node, join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args];
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { code } = await run(command[0], [...command.slice(1), ...reporters], { env, allowFailure: true });
  if (!existsSync(file)) return fail(name, `no result (exit code ${code})`);
  const {
    numPassedTests,
    numFailedTests,
    numPendingTests,
    numTodoTests = 0,
    testResults,
  } = JSON.parse(readFileSync(file, 'utf8'));
  counts.passed += numPassedTests;
  counts.failed += numFailedTests;
  counts.skipped += numPendingTests + numTodoTests;
  const broken = testResults.filter(
    (result) =>
      result.status === 'failed' && result.assertionResults.every(({ status }) => status !== 'failed'),
  );
  for (const { name: path } of broken) fail(name, `${path} did not run`);
  for (const { assertionResults } of testResults) {
    for (const test of assertionResults)
      if (test.status === 'failed') failures.push(`${name}: ${test.fullName}`);
  }
  if (code !== 0 && numFailedTests === 0 && broken.length === 0) fail(name, `ended with ${code}`);
}

function fail(name, reason) {
  counts.failed += 1;
  failures.push(`${name}: ${reason}`);
}

async function python() {
  const venv = join(cacheFolder, 'python-tests');
  if (!existsSync(join(venv, 'bin/pytest'))) {
    await run('python3', ['-m', 'venv', venv]);
    await run(join(venv, 'bin/pip'), ['install', '-q', '-r', join(root, 'python/requirements-test.txt')], {
      quiet: true,
    });
  }
  const { code, output } = await run(
    join(venv, 'bin/pytest'),
    ['-q', '-p', 'no:cacheprovider', 'python/tests'],
    { capture: true, allowFailure: true },
  );
  say(output.trimEnd().split('\n').slice(-15).join('\n'));
  const count = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(output)?.[1] ?? 0);
  counts.passed += count('passed');
  counts.failed += count('failed') + count('errors?');
  counts.skipped += count('skipped');
  for (const line of output.split('\n')) if (/^(FAILED|ERROR) /.test(line)) failures.push(`python: ${line}`);
  if (code !== 0 && count('failed') + count('errors?') === 0) fail('python', `pytest ended with ${code}`);
}

/** An engine is installed where none runs; without one its tests fail, they are not left out. */
async function engine() {
  await run('bash', [join(root, 'tests/servers/docker-engine.sh')], { allowFailure: true });
}

async function java() {
  if (has('java') || !asRoot) return;
  const install =
    'apt-get -qq update && apt-get -qq install -y --no-install-recommends openjdk-17-jre-headless';
  await step('install Java', () =>
    run('bash', ['-c', install], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      quiet: true,
      allowFailure: true,
    }),
  );
}

/** The same checkout as an ordinary user: the built-in database, and a run from the command line. */
async function ordinaryUser() {
  if (!asRoot) return;
  const folder = '/tmp/aml-tests-results';
  const home = `/home/${ORDINARY_USER}`;
  const setUp = `id ${ORDINARY_USER} >/dev/null 2>&1 || useradd -m ${ORDINARY_USER}; rm -rf ${folder}; install -d -o ${ORDINARY_USER} ${folder}`;
  await run('bash', ['-c', setUp], { quiet: true });
  const prefix = [
    'setpriv',
    `--reuid=${ORDINARY_USER}`,
    `--regid=${ORDINARY_USER}`,
    '--init-groups',
    '--',
    'env',
    `HOME=${home}`,
    `USER=${ORDINARY_USER}`,
  ];
  // The runner loads the configuration without writing into node_modules.
  const only = [
    '--configLoader',
    'runner',
    '--project',
    'integration',
    '--project',
    'journeys',
    'libs/database',
    'libs/messaging',
    'tests/journeys/ordinary-user.spec.ts',
  ];
  await vitest('ordinary-user', only, {
    prefix,
    folder,
    env: {
      AML_TEST_CACHE: `${home}/.cache/aml-tests`,
      AML_TEST_POSTGRES: `/tmp/aml-test-postgres-${ORDINARY_USER}`,
    },
  });
}

async function onDebianPostgres() {
  const { output, code } = await run('bash', [join(root, 'tests/servers/postgres.sh'), 'start'], {
    capture: true,
    allowFailure: true,
  });
  const url = output.split('\n').find((line) => line.startsWith('postgres://'));
  if (code !== 0 || !url) return fail('integration-postgres', `no Postgres server: ${output}`);
  await vitest('integration-postgres', ['--project', 'integration', ...DATABASE_TESTS], {
    env: { AML_TEST_DATABASE_URL: url },
  });
  await run('bash', [join(root, 'tests/servers/postgres.sh'), 'stop'], { allowFailure: true, quiet: true });
}

/** The README's first command, from the fresh checkout that the tests run in, with a home folder of its own. */
async function quickstart() {
  const home = mkdtempSync(join(tmpdir(), 'aml-quickstart-'));
  chmodSync(home, 0o755);
  const env = { AML_HOME: home, AML_QUICKSTART_FOLDER: join(home, 'projects') };
  const { code, output } = await run(process.execPath, [join(root, 'scripts/quickstart.mjs')], {
    env,
    capture: true,
    allowFailure: true,
  });
  await run(join(root, 'aml'), ['server', 'stop', '--force'], { env, quiet: true, allowFailure: true });
  const shown = ['Completed iris_', 'outputs/model.pkl', 'What to type next'].every((text) =>
    output.includes(text),
  );
  if (code === 0 && shown && output.match(/Completed iris_/g).length >= 2) counts.passed += 1;
  else fail('quickstart', `ended with ${code}: ${output.slice(-2000)}`);
  rmSync(home, { recursive: true, force: true });
}

/** The newest Node.js that we promise to run on. */
const NODE_24 = '24.21.0';

/** All that can be asked quickly of the newest Node.js; its binary comes as a package. */
async function onNode24() {
  const folder = join(cacheFolder, `node-${NODE_24}`);
  const node = join(folder, 'bin/node');
  if (!existsSync(node)) {
    const name = `node-${process.platform}-${process.arch}`;
    const options = ['--no-save', '--no-audit', '--no-fund', '--ignore-scripts'];
    mkdirSync(folder, { recursive: true });
    await run('npm', ['install', '--prefix', folder, ...options, `${name}@${NODE_24}`], { quiet: true });
    rmSync(join(folder, 'bin'), { force: true });
    symlinkSync(`node_modules/${name}/bin`, join(folder, 'bin'));
  }
  const newest = { node, env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}` } };
  await vitest('node-24-unit', ['--project', 'unit'], newest);
  await vitest('node-24-journey', ['--project', 'journeys', 'tests/journeys/submit.spec.ts'], newest);
}

const STAGES = {
  unit: () => vitest('unit', ['--project', 'unit']),
  python,
  integration: () => vitest('integration', ['--project', 'integration']),
  'integration-postgres': onDebianPostgres,
  'ordinary-user': ordinaryUser,
  contract: () => vitest('contract', ['--project', 'contract']),
  journeys: () => vitest('journeys', ['--project', 'journeys']),
  'node-24': onNode24,
  quickstart,
};

await main(async () => {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  await build();
  await step('a Docker engine for the tests', engine);
  await java();
  for (const [name, stage] of Object.entries(STAGES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    await step(`tests: ${name}`, () => stage().catch((error) => fail(name, error.message)));
  }
  await run('pkill', ['-f', 'aml-test-postgres-.*/database/data'], { allowFailure: true, quiet: true });
  if (failures.length > 0) say(`\nFailed:\n${failures.map((line) => `  ${line}`).join('\n')}`);
  say(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
});
