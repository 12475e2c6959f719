import { AppError } from '@aml/errors';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMAND_LINE } from './finding';
import { formatFinding } from './format-finding';
import { readAmlConfig, referencedPaths } from './read-aml-config';
import { ATTACHED, EARLY, TEMPLATE_OF_2017 } from './real-projects.fixture';
import { resolveRun } from './resolve-run';
import { decodeText, LARGEST_FILE, type SourceFile, SourceText } from './source-text';
import { project } from './testing.fixture';
import { sameValue } from './value-text';
import { writeValues } from './write-values';
import { plainMap } from './yaml-node';
import { parseYaml } from './yaml-source';
import { FindingList } from './finding';

/** Raise it for a longer search; what it finds comes with the seed that repeats it. */
const RUNS = 300;

const PATIENCE = { timeout: 600_000 };

/** Reads everything in every way; asserts that nothing throws, that it is quick, and that findings lie inside their files. */
function readsEverything(files: readonly SourceFile[]): void {
  const started = performance.now();
  const config = readAmlConfig(files);
  const resolution = resolveRun(files, 'aml_config/docker.runconfig', { script: 'a.py', arguments: ['--x'] });
  referencedPaths(files);
  const elapsed = performance.now() - started;
  for (const finding of [...config.findings, ...resolution.findings]) {
    if (finding.file === COMMAND_LINE) continue;
    const file = files.find(({ path }) => path === finding.file);
    if (file === undefined) throw new Error(`a finding about ${finding.file}, which was not given`);
    const text = file.content.length > LARGEST_FILE ? '' : decodeText(file.content).text;
    const source = new SourceText(finding.file, text.replace(/\r(?!\n)/g, '\n'));
    expect(finding.line).toBeLessThanOrEqual(source.lineCount);
    expect(finding.column).toBeLessThanOrEqual(source.line(finding.line).length + 2);
    expect(Math.min(finding.line, finding.column)).toBeGreaterThanOrEqual(1);
    expect(formatFinding(finding, text)).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  }
  JSON.stringify([config, resolution]);
  expect(elapsed).toBeLessThan(10_000);
}

const NAMES = [
  'docker.compute',
  'docker.runconfig',
  'local.compute',
  'conda_dependencies.yml',
  'spark_dependencies.yml',
  'other.runconfig',
];
const path = fc.constantFrom(...NAMES.map((name) => `aml_config/${name}`), 'requirements.txt', 'x/../y');
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        ...'- ? : & * ! | > % @ ` { } [ ] , # " \' \n \t \r a b Target EnvironmentVariables type: ArgumentVector: << &a *a --- ... pip: - dependencies: null true 0'.split(
          / /,
        ),
        ' ',
        '  ',
        '\n',
        ': ',
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join('')),
);
const realTexts = Object.entries({ ...EARLY, ...ATTACHED, ...TEMPLATE_OF_2017 }).map(([name, text]) => ({
  name,
  text: String(text),
}));

describe('any input', PATIENCE, () => {
  it('of random bytes is read without an exception', () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      anyText.map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ path, content }), { selector: (file) => file.path, maxLength: 6 }),
        readsEverything,
      ),
      { numRuns: RUNS },
    );
  });

  it('of real files with pieces cut out, doubled and put in is read without an exception', () => {
    const mutation = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      cut: fc.nat(40),
      put: fc.oneof(anyText, fc.constantFrom('\t', '\u0000', '"', '\n', ':', '- ')),
    });
    const mutated = fc.record({
      real: fc.constantFrom(...realTexts),
      mutations: fc.array(mutation, { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(mutated, ({ real, mutations }) => {
        const text = mutations.reduce((before, { at, cut, put }) => {
          const start = Math.floor(at * before.length);
          return before.slice(0, start) + put + before.slice(start + cut);
        }, real.text);
        readsEverything(project({ ...ATTACHED, ...TEMPLATE_OF_2017, [real.name]: text }));
      }),
      { numRuns: RUNS },
    );
  });

  it('with deep nesting and many aliases ends quickly', () => {
    const piece = fc.constantFrom(
      '[',
      '{',
      '- ',
      '? ',
      'a: ',
      '&a ',
      '*a,',
      '<<: *a\n',
      '!!x ',
      '"',
      '\n ',
      ':',
      '#',
      '|\n',
      ' ',
      '\ta',
      'EnvironmentVariables:\n',
      'A=',
      "'",
    );
    const text = fc
      .tuple(piece, piece, fc.integer({ min: 100, max: 10_000 }))
      .map(([a, b, count]) => (a + b).repeat(count));
    fc.assert(
      fc.property(text, path, (content, name) => readsEverything(project({ [name]: content }))),
      { numRuns: RUNS / 5 },
    );
  });

  it('with any names in the place of a run configuration is answered', () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText, { maxLength: 3 }), anyText, (name, args, target) => {
        const { findings } = resolveRun(project(ATTACHED), name, { script: name, arguments: args, target });
        for (const finding of findings) formatFinding(finding);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('writing back', PATIENCE, () => {
  const scalar = fc.oneof(
    anyText,
    fc.constantFrom('true', 'no', '1.10', '', ' x ', '$file', '-v', '#', ': '),
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
    fc.double({ noDefaultInfinity: true, noNaN: true }),
  );
  const value = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom('A', 'EXAMPLE_ENV_VAR', 'B_2'), anyText), scalar, {
      maxKeys: 4,
    }),
  );
  const changes = fc.dictionary(
    fc.oneof(
      fc.constantFrom('Target', 'EnvironmentVariables', 'ArgumentVector', 'type', 'password', 'name', 'New'),
      anyText,
    ),
    fc.option(value, { nil: undefined }),
    { maxKeys: 4 },
  );
  const valuesOf = (text: string): Readonly<Record<string, unknown>> => {
    const { root } = parseYaml(new SourceText('', text), new FindingList());
    return root?.kind === 'map' ? plainMap(root) : {};
  };

  it('says what was asked for and keeps every other value, in real files', () => {
    fc.assert(
      fc.property(fc.constantFrom(...realTexts), changes, ({ text }, wanted) => {
        const before = valuesOf(text);
        const edited = writeValues(text, wanted);
        const after = valuesOf(edited);
        const touched = new Set(Object.keys(wanted).map((key) => key.toLowerCase().replace(/[-_ ]/g, '')));
        for (const [key, old] of Object.entries(before)) {
          if (!touched.has(key.toLowerCase().replace(/[-_ ]/g, ''))) expect(after[key]).toEqual(old);
        }
        expect(writeValues(edited, {})).toBe(edited);
        expect(sameKeyed(after, wanted)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('of any text says what was asked for, or refuses', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anyText,
          fc.tuple(anyText, fc.constantFrom(...realTexts)).map(([a, b]) => a + b.text),
        ),
        changes,
        (text, wanted) => {
          let edited: string;
          try {
            edited = writeValues(text, wanted);
          } catch (error) {
            expect(error).toBeInstanceOf(AppError);
            return;
          }
          expect(sameKeyed(valuesOf(edited.replace(/^\ufeff/, '')), wanted)).toBe(true);
        },
      ),
      { numRuns: 5 * RUNS },
    );
  });

  it('keeps every comment and every other line of a real file when one setting changes', () => {
    const text = String(TEMPLATE_OF_2017['aml_config/local.runconfig']);
    fc.assert(
      fc.property(anyText, (target) => {
        const edited = writeValues(text, { Target: target });
        expect(edited.split('\n').filter((line) => !line.startsWith('Target:'))).toEqual(
          text.split('\n').filter((line) => !line.startsWith('Target:')),
        );
      }),
      { numRuns: RUNS },
    );
  });

  /** Keys that differ only in spelling are one setting, so the last of them wins; only unambiguous ones are compared. */
  function sameKeyed(
    after: Readonly<Record<string, unknown>>,
    wanted: Readonly<Record<string, unknown>>,
  ): boolean {
    const fold = (key: string): string => key.toLowerCase().replace(/[-_ ]/g, '');
    const keys = Object.keys(wanted);
    return keys.every((key) => {
      if (keys.filter((other) => fold(other) === fold(key)).length > 1) return true;
      const found =
        Object.keys(after).find((candidate) => candidate === key) ??
        Object.keys(after).find((candidate) => fold(candidate) === fold(key));
      const want = wanted[key];
      if (want === undefined) return found === undefined;
      return found !== undefined && sameValue(after[found] as string, want as string);
    });
  }
});
