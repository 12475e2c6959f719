import { readdirSync } from 'node:fs';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

/** Which kinds of project may import which; the reason of each line stands in ARCHITECTURE.md, "Directions". */
const directions = [
  { sourceTag: 'type:domain', onlyDependOnLibsWithTags: ['type:domain'] },
  { sourceTag: 'type:contract', onlyDependOnLibsWithTags: ['type:contract', 'type:domain'] },
  { sourceTag: 'type:client', onlyDependOnLibsWithTags: ['type:client', 'type:contract', 'type:domain'] },
  {
    sourceTag: 'type:target',
    onlyDependOnLibsWithTags: ['type:target', 'type:client', 'type:contract', 'type:domain'],
  },
  {
    sourceTag: 'type:platform',
    onlyDependOnLibsWithTags: ['type:platform', 'type:client', 'type:contract', 'type:domain'],
  },
  { sourceTag: 'scope:cli', onlyDependOnLibsWithTags: ['type:client', 'type:contract', 'type:domain'] },
  {
    sourceTag: 'scope:backend',
    onlyDependOnLibsWithTags: ['type:target', 'type:platform', 'type:client', 'type:contract', 'type:domain'],
  },
  {
    sourceTag: 'scope:standalone',
    onlyDependOnLibsWithTags: [
      'scope:backend',
      'type:target',
      'type:platform',
      'type:client',
      'type:contract',
      'type:domain',
    ],
  },
  {
    sourceTag: 'type:testing',
    onlyDependOnLibsWithTags: [
      'type:testing',
      'type:target',
      'type:platform',
      'type:client',
      'type:contract',
      'type:domain',
    ],
  },
];

// Tests of a library use `testing`, which uses libraries: a circle of tests only.
const testCircles = readdirSync('libs').flatMap((from) =>
  readdirSync('libs').map((to) => [`@aml/${from}`, `@aml/${to}`]),
);

const tests = [
  '**/*.spec.ts',
  '**/*.contract.ts',
  '**/*.suite.ts',
  '**/*.fixture.ts',
  'libs/testing/**',
  'tests/**',
];

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/node_modules',
      '.nx',
      '**/generated',
      '**/*.mjs',
      '**/*.cjs',
      'vitest.config.ts',
      'scripts',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    plugins: { '@nx': nx },
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // A promise that nobody awaits hides its failure.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/only-throw-error': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      'max-params': ['error', 6],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: tests,
    plugins: { '@nx': nx },
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: ['../../../package.json'],
          depConstraints: directions,
          enforceBuildableLibDependency: false,
          banTransitiveDependencies: false,
          ignoredCircularDependencies: testCircles,
        },
      ],
      // Settings are read in one place, where they are described and checked.
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Read settings in settings.ts or main.ts and pass them on.',
        },
      ],
    },
  },
  {
    files: ['apps/*/src/settings.ts', 'apps/*/src/main.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // How a run is executed knows neither frameworks nor transports.
    files: ['libs/{targets,executor,environments,aml-config,run-model,docker-client}/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@nestjs/*', 'typeorm', 'kafkajs', 'express'],
              message: 'This room knows no framework.',
            },
          ],
        },
      ],
    },
  },
);
