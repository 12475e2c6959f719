import { defineConfig } from 'rolldown';

/** Libraries of the workspace are bundled, packages from npm stay packages. */
export default defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  tsconfig: '../../tsconfig.json',
  external: (id) => !/^[./]|^@aml\/|^@oxc-project\//.test(id),
  output: { dir: '../../dist/standalone', format: 'esm', entryFileNames: '[name].mjs', cleanDir: true },
});
