import { defineConfig } from 'rolldown';

/** One CommonJS entry and a chunk per lazily loaded part: `--help` loads nothing but the definitions of the commands. */
const config = defineConfig({
  input: { main: 'src/main.ts' },
  platform: 'node',
  external: [/^node:/],
  output: {
    dir: '../../dist/cli',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    cleanDir: true,
  },
});

export { config as default };
