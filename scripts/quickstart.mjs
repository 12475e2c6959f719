// From a fresh clone to two recorded runs: packages, build, a sample project, `local`, and `docker` where there is an engine or one can be installed.
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, has, main, root, run, say, step } from './tools.mjs';

const place = process.env.AML_QUICKSTART_FOLDER ?? join(root, 'quickstart');
const project = join(place, 'iris');
const aml = join(root, 'aml');

/** The sample uses scikit-learn; `local` runs use your own Python, so it gets one of its own. */
async function samplePython() {
  const venv = join(place, 'python');
  if (!existsSync(join(venv, 'bin/python'))) await run('python3', ['-m', 'venv', venv]);
  const { code } = await run(join(venv, 'bin/python'), ['-c', 'import sklearn'], {
    quiet: true,
    allowFailure: true,
  });
  if (code !== 0)
    await run(join(venv, 'bin/pip'), ['install', '-q', '--disable-pip-version-check', 'scikit-learn'], {
      quiet: true,
    });
  return venv;
}

async function engine() {
  const works = async () =>
    (
      await run(aml, ['computetarget', 'check', 'docker', '-o', 'json'], {
        cwd: project,
        capture: true,
        allowFailure: true,
      })
    ).code === 0;
  if (await works()) return true;
  const debian = existsSync('/etc/debian_version');
  if (process.platform !== 'linux' || process.getuid() !== 0 || !debian) {
    say('  There is no Docker engine here that answers; the run in Docker is left out.');
    say('  With one installed and running, repeat this command.');
    return false;
  }
  await step('install a Docker engine', () =>
    run('bash', [join(root, 'tests/servers/docker-engine.sh')], { allowFailure: true }),
  );
  return works();
}

/** Runs `aml` in the sample project with everything it prints, and shows what was typed. */
async function type(args, options = {}) {
  say(`  $ aml ${args.join(' ')}`);
  return run(aml, args, { cwd: project, ...options });
}

async function lastRun() {
  const { output } = await run(aml, ['history', 'last', '-o', 'json', '--query', 'run_id'], {
    cwd: project,
    capture: true,
  });
  return JSON.parse(output);
}

await main(async () => {
  const started = Date.now();
  await build();
  if (!has('python3')) throw new Error('python3 is missing: install Python 3, then repeat this command');
  mkdirSync(place, { recursive: true });
  cpSync(join(root, 'samples/iris'), project, { recursive: true });
  const venv = await step('a Python with scikit-learn for the sample', samplePython);
  const env = { VIRTUAL_ENV: venv, PATH: `${join(venv, 'bin')}:${process.env.PATH}` };
  await step('start the services', () => run(aml, ['server', 'start'], { quiet: true }));
  await step('run the sample on this machine', () =>
    type(['experiment', 'submit', '-c', 'local', 'train.py', '--regularization', '0.1'], { env }),
  );
  const local = await lastRun();
  let docker;
  if (await engine()) {
    await step('make the environment of the sample in Docker', () =>
      type(['experiment', 'prepare', '-c', 'docker']),
    );
    await step('run the sample in Docker', () =>
      type(['experiment', 'submit', '-c', 'docker', 'train.py', '--regularization', '1.0']),
    );
    docker = await lastRun();
  }
  await step('the record', async () => {
    await type(['history', 'list']);
    if (docker) await type(['history', 'compare', '-r', local, '-r', docker]);
    else await type(['history', 'info', '-r', local]);
  });
  say(`\nDone in ${((Date.now() - started) / 1000).toFixed(0)} s. What to type next:`);
  say(`  cd ${project.startsWith(process.cwd()) ? project.slice(process.cwd().length + 1) : project}`);
  say(`  export PATH="${root}:$PATH" VIRTUAL_ENV="${venv}"`);
  say('  aml experiment submit -c local train.py --regularization 10');
  say('  aml history list --sort -metrics.Accuracy');
  say('  aml --help');
});
