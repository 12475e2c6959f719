// What the scripts share: steps with their times, child processes, and a package manager that need not be installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const cacheFolder =
  process.env.AML_TEST_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'aml-tests');

const bold = (text) => (process.stdout.isTTY && !process.env.NO_COLOR ? `\u001b[1m${text}\u001b[0m` : text);

export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** Runs one step, says what it is and how long it took. */
export async function step(title, work) {
  say(bold(`▸ ${title}`));
  const started = Date.now();
  const result = await work();
  say(`  ${title}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

/** Runs a program; rejects where it fails, unless `allowFailure`. @returns exit code and, with `capture`, output. */
export function run(
  program,
  args,
  { cwd = root, env = {}, capture = false, quiet = false, allowFailure = false } = {},
) {
  return new Promise((resolve, reject) => {
    const stdio = capture || quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio });
    let output = '';
    child.stdout?.on('data', (data) => (output += data));
    child.stderr?.on('data', (data) => (output += data));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0 || allowFailure) return resolve({ code: code ?? 1, output });
      if (output) process.stdout.write(output);
      reject(new Error(`${program} ${args.join(' ')} ended with ${code ?? signal}`));
    });
  });
}

/** Is a program on PATH? */
export function has(program) {
  return (process.env.PATH ?? '')
    .split(':')
    .some((folder) => folder !== '' && existsSync(join(folder, program)));
}

/** A program out of this workspace's packages. */
export function bin(name) {
  return join(root, 'node_modules/.bin', name);
}

/** Checks Node, then installs the packages of the workspace where they are not as the lock file says. */
export async function install() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Error(`Node.js 20.19 or newer is needed; this is ${process.versions.node}`);
  }
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex');
  const stamp = join(root, 'node_modules/.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const pnpm = await findPnpm(packageManager.slice('pnpm@'.length));
  await step('install packages', () =>
    run(process.execPath, [pnpm, 'install', '--frozen-lockfile', '--reporter=append-only'], { quiet: true }),
  );
  writeFileSync(stamp, lock);
}

/** pnpm at the version of this project, out of a cache folder of our own; npm brings it there. */
async function findPnpm(version) {
  const folder = join(cacheFolder, `pnpm-${version}`);
  const program = join(folder, 'node_modules/pnpm/bin/pnpm.cjs');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    await step(`fetch pnpm ${version}`, () =>
      run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `pnpm@${version}`], {
        quiet: true,
      }),
    );
  }
  return program;
}

/** Packages and programs: everything that `./aml` needs. */
export async function build() {
  await install();
  await step('build', () =>
    run(bin('nx'), ['run-many', '-t', 'build', '--outputStyle=static'], {
      env: { NX_DAEMON: 'false', NX_TUI: 'false' },
      quiet: true,
    }),
  );
}

/** Ends a script with a readable reason in place of a stack. */
export async function main(work) {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = 1;
  }
}
