import { defineConfig } from 'vitest/config';

const sources = ['apps/*/src', 'libs/*/src', 'tests'];

/** Four kinds of tests: `unit` has no I/O, `integration` meets real servers, `contract` runs one suite on each kind of target, `journeys` types the command line. */
export default defineConfig({
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: sources.map((folder) => `${folder}/**/*.spec.ts`),
          exclude: ['**/*.int.spec.ts', '**/*.contract.spec.ts', '**/node_modules/**', 'tests/journeys/**'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          sequence: { groupOrder: 1 },
          include: sources.map((folder) => `${folder}/**/*.int.spec.ts`),
          testTimeout: 120_000,
          hookTimeout: 300_000,
          pool: 'forks',
          maxWorkers: 2,
        },
      },
      {
        extends: true,
        test: {
          name: 'contract',
          sequence: { groupOrder: 2 },
          include: ['libs/targets/src/**/*.contract.spec.ts'],
          testTimeout: 180_000,
          hookTimeout: 600_000,
          pool: 'forks',
          maxWorkers: 1,
        },
      },
      {
        extends: true,
        test: {
          name: 'journeys',
          sequence: { groupOrder: 3 },
          include: ['tests/journeys/**/*.spec.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          pool: 'forks',
          maxWorkers: 1,
        },
      },
    ],
  },
});
