// The rules of the tree that no other tool knows. Each has its reason beside it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { main, root, run, say } from './tools.mjs';

const problems = [];
const read = (path) => readFileSync(join(root, path), 'utf8');
const json = (path) => JSON.parse(read(path));
const folders = (path) =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${path}/${name}`);

async function trackedFiles() {
  const { output } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    capture: true,
  });
  return output.split('\n').filter((path) => path !== '' && existsSync(join(root, path)));
}

/** A path reads as an answer only where names are formed alike. */
function checkFileNames(files) {
  const name = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.ts$/;
  for (const path of files.filter((each) => /^(apps|libs)\/.*\.ts$/.test(each))) {
    const file = path.split('/').at(-1);
    if (!name.test(file))
      problems.push(`${path}: file names are words of lower-case letters joined by dashes`);
    if (file === 'index.ts' && !/^(apps|libs)\/[^/]+\/src\/index\.ts$/.test(path))
      problems.push(`${path}: index.ts stands at a library's root only`);
    if (/(^|\/)(utils|helpers|common|constants|types)(\/|\.ts$)/.test(path))
      problems.push(`${path}: says nothing about what is in it`);
  }
}

/** The six headings tell a newcomer where to look. */
function checkReadmes() {
  const services = folders('apps').filter((path) => existsSync(join(root, path, 'src/storage')));
  for (const path of services) {
    if (!existsSync(join(root, path, 'README.md'))) {
      problems.push(`${path}: has no README.md`);
      continue;
    }
    const headings = read(`${path}/README.md`).toLowerCase();
    for (const heading of ['owns', 'events in', 'events out', 'tables', 'settings', 'where to change what']) {
      if (!headings.includes(`## ${heading}`))
        problems.push(`${path}/README.md: has no heading "${heading}"`);
    }
  }
  for (const path of [
    ...folders('libs'),
    ...folders('libs/targets/src').filter((each) => !each.endsWith('/shared')),
  ]) {
    if (path.startsWith('libs/targets/src/') && !existsSync(join(root, path, 'README.md')))
      problems.push(`${path}: has no README.md`);
  }
}

/** The package that is published brings what its parts need, at the versions that were tested. */
function checkVersions() {
  const published = { ...json('package.json').dependencies, ...json('package.json').optionalDependencies };
  for (const path of [...folders('apps'), ...folders('libs')].filter(
    (each) => !/apps\/cli|libs\/testing/.test(each),
  )) {
    const { dependencies = {}, optionalDependencies = {} } = json(`${path}/package.json`);
    for (const [name, version] of Object.entries({ ...dependencies, ...optionalDependencies })) {
      if (!name.startsWith('@aml/') && published[name] !== version) {
        problems.push(
          `${path}/package.json: ${name} ${version}, but package.json has ${published[name] ?? 'none'}`,
        );
      }
    }
  }
}

/** What is generated says what is true now. */
async function checkGenerated() {
  const paths = ['docs', 'libs/api-client/src/generated'];
  const before = (await run('git', ['status', '--porcelain', '--', ...paths], { capture: true })).output;
  const digest = async () =>
    (
      await run('git', ['ls-files', '-s', '-o', '-m', '--exclude-standard', '--', ...paths], {
        capture: true,
      })
    ).output + (await run('git', ['diff', '--', ...paths], { capture: true })).output;
  const old = await digest();
  await run('npm', ['run', '--silent', 'generate'], { quiet: true });
  if ((await digest()) !== old)
    problems.push(
      `generated files were out of date (they are written anew now): npm run generate${before ? '' : ', then commit'}`,
    );
}

await main(async () => {
  const files = await trackedFiles();
  checkFileNames(files);
  checkReadmes();
  checkVersions();
  await checkGenerated();
  for (const problem of problems) say(`  ${problem}`);
  return problems.length === 0 ? 0 : 1;
});
