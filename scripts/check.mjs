// Everything about the code that a machine can see: format, types, lint with boundaries, dead code, structure.
import { bin, install, main, run, say, step } from './tools.mjs';

const CHECKS = [
  ['format', bin('prettier'), ['--check', '--log-level=warn', '.'], 'npm run format'],
  ['types', bin('tsc'), ['-p', 'tsconfig.json'], undefined],
  ['lint and boundaries', bin('eslint'), ['.'], undefined],
  ['dead code', bin('knip'), ['--no-progress', '--no-config-hints'], undefined],
  ['structure', process.execPath, ['scripts/check-structure.mjs'], undefined],
];

await main(async () => {
  await install();
  // The rule about boundaries reads the graph of projects, and is silent without it.
  await step('read the graph of projects', () =>
    run(bin('nx'), ['show', 'projects'], { env: { NX_DAEMON: 'false' }, quiet: true }),
  );
  const failed = [];
  for (const [name, program, args, remedy] of CHECKS) {
    const { code } = await step(`check ${name}`, () =>
      run(program, args, { env: { NX_DAEMON: 'false' }, allowFailure: true }),
    );
    if (code !== 0) failed.push(remedy ? `${name} (${remedy})` : name);
  }
  if (failed.length > 0) throw new Error(`these checks failed: ${failed.join(', ')}`);
  say('all checks passed');
});
