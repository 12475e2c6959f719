import { describe, expect, it } from 'vitest';
import { DOCKER, read, said, type Texts } from './testing.fixture';

const FILE = 'aml_config/d.runconfig';
const shown = (text: string): string => said({ [FILE]: text, ...DOCKER }, FILE);
const lines = (...text: readonly string[]): string => text.join('\n');

describe('messages about text that is not YAML', () => {
  it('says which lines are indented with tabs, and prints them with spaces', () => {
    expect(shown('Target: docker\nEnvironmentVariables:\n\tA: x\n\tB: y\nFramework: Python\n')).toBe(
      lines(
        'aml_config/d.runconfig:3:1: error: lines 3 to 4 are indented with tabs; YAML allows only spaces [yaml-tab]',
        '   3 |  A: x',
        '     | ^',
        '  write:',
        '      A: x',
        '      B: y',
        '  Set the editor to write spaces for the Tab key.',
      ),
    );
  });

  it('finds the quote that is never closed', () => {
    expect(shown('Framework: Python\nTarget: "docker\nTrackedRun: true\n')).toBe(
      lines(
        'aml_config/d.runconfig:2:9: error: the " that opens here is never closed [yaml-quote]',
        '   2 | Target: "docker',
        '     |         ^',
        '  write:',
        '    Target: "docker"',
      ),
    );
  });

  it('says that a space is missing after a colon', () => {
    expect(shown('Target:docker\nFramework: Python\n')).toContain(
      'error: a space is missing after the colon [yaml-colon]',
    );
    expect(shown('Target:docker\nFramework: Python\n')).toContain('  write:\n    Target: docker');
  });

  it('says that names and values are joined by a colon', () => {
    expect(shown('Framework: Python\nTarget = docker\nTrackedRun: true\n')).toContain(
      'a name and its value are joined by `: `, not by `=` [yaml-equals]',
    );
  });

  it('quotes a value that YAML would take for something else', () => {
    expect(shown('Framework: Python\nDescription: a: b\nTarget: docker\n')).toContain(
      "  write:\n    Description: 'a: b'",
    );
    expect(shown('Framework: Python\nDescription: @home\nTarget: docker\n')).toContain(
      "  write:\n    Description: '@home'",
    );
  });

  it('prints the list of the old documentation, which mixes brackets and dashes, as it should be', () => {
    expect(shown(' "ArgumentVector":[\n  - "myscript.py"\n  - 234\n  - "-v" \n ] \n')).toBe(
      lines(
        'aml_config/d.runconfig:1:2: error: the list of `ArgumentVector` mixes two ways of writing: brackets and dashes [yaml-dashes-in-brackets]',
        '   1 |  "ArgumentVector":[',
        '     |  ^',
        '  write:',
        '     ArgumentVector:',
        '       - "myscript.py"',
        '       - 234',
        '       - "-v"',
      ),
    );
  });

  it('says where text is malformed in ways it does not know', () => {
    expect(shown('Target: [docker\nFramework: Python\n')).toBe(
      lines(
        'aml_config/d.runconfig:1:9: error: the [ that opens here is never closed [yaml-bracket]',
        '   1 | Target: [docker',
        '     |         ^',
        '  write:',
        '    Target: [docker]',
      ),
    );
    expect(shown('Target: docker\n]\n')).toBe(
      lines(
        'aml_config/d.runconfig:2:1: error: this is not valid YAML: something stands here that belongs to no setting [yaml-malformed]',
        '   2 | ]',
        '     | ^',
        '  A file of `aml_config` holds lines of the form `name: value`.',
      ),
    );
    expect(shown('just words\n')).toContain(
      'must hold lines of the form `name: value`, here it is text [not-a-map]',
    );
    expect(shown('- Target: docker\n')).toContain('here it is a list [not-a-map]');
  });

  it('prints a line in the indentation of the one above it', () => {
    expect(shown('DataSourceSubstitutions:\n  a: b\n c: d\nTarget: docker\n')).toContain(
      '  write:\n      c: d',
    );
  });

  it('reads JSON that lacks a comma, with a warning', () => {
    const text = '{\n  "Framework": "Python",\n  "Target": "docker"\n  "TrackedRun": false\n}\n';
    expect(shown(text)).toBe(
      lines(
        'aml_config/d.runconfig:3:21: warning: a comma is missing here; the file is read as if it were there [json-comma-missing]',
        '   3 |   "Target": "docker"',
        '     |                     ^',
        '  write:',
        '      "Target": "docker",',
      ),
    );
    expect(read({ [FILE]: text, ...DOCKER }).runConfigurations[0]).toMatchObject({
      target: 'docker',
      trackedRun: false,
    });
  });

  it('never shows a password, whatever is wrong with its line', () => {
    for (const password of [
      '@hunter2',
      '*hunter2',
      '&hunter2 x: y',
      '"hunter2',
      "'hunter2",
      '[hunter2',
      '!hunter2',
      '%hunter2',
      'hunter2: x',
      '{hunter2',
    ]) {
      const texts: Texts = {
        'aml_config/vm.compute': `type: remote\naddress: h\nusername: u\npassword: ${password}\n`,
      };
      expect(said(texts)).not.toContain('hunter2');
    }
  });
});

describe('messages about environment variables that are not under their key', () => {
  const corrected =
    '  write:\n    EnvironmentVariables:\n      "EXAMPLE_ENV_VAR1": "Example Value1"\n      "EXAMPLE_ENV_VAR2": "Example Value2"';
  const head = 'Target: docker\nFramework: Python\n';

  it('prints the indented block for the form of the old documentation', () => {
    const text = `${head}EnvironmentVariables:\n"EXAMPLE_ENV_VAR1": "Example Value1"\n"EXAMPLE_ENV_VAR2": "Example Value2"\nTrackedRun: true\n`;
    expect(shown(text)).toBe(
      lines(
        'aml_config/d.runconfig:4:1: error: `EXAMPLE_ENV_VAR1` and `EXAMPLE_ENV_VAR2` do not stand under `EnvironmentVariables`: the entries are not indented, so the run would not get them [environment-variables-not-indented]',
        '   4 | "EXAMPLE_ENV_VAR1": "Example Value1"',
        '     | ^',
        corrected,
        '  Each variable goes under `EnvironmentVariables:`, indented by two spaces.',
      ),
    );
  });

  it.each([
    [
      'comments between',
      `EnvironmentVariables:\n# first\nA: x\n# second\nB: y\n`,
      '# first\n      A: x\n      # second\n      B: y',
    ],
    ['only some indented', `EnvironmentVariables:\n  A: x\nB_C: y\n`, 'A: x\n      B_C: y'],
    ['unlike indentation', `EnvironmentVariables:\n  A: x\n B: y\n`, 'A: x\n      B: y'],
    ['on the same line', `EnvironmentVariables: "A": "x"\n`, '"A": "x"'],
    ['with equals signs', `EnvironmentVariables:\nA=x\nB="y z"\n`, 'A: "x"\n      B: "y z"'],
    ['indented, with equals signs', `EnvironmentVariables:\n  A=x\n  B=y\n`, 'A: "x"\n      B: "y"'],
    ['below the null of attach', `EnvironmentVariables: null\nA: x\nB: y\n`, 'A: x\n      B: y'],
    ['indented below the null of attach', `EnvironmentVariables: null\n  A: x\n`, 'A: x'],
    ['as a list', `EnvironmentVariables:\n  - A=x\n  - B: y\n`, 'A: "x"\n      B: y'],
    ['at the end of the file without a line end', `EnvironmentVariables:\nlower_case: x`, 'lower_case: x'],
  ])('prints the block for entries %s', (_, block, fixed) => {
    expect(shown(`${head}${block}`)).toContain(`  write:\n    EnvironmentVariables:\n      ${fixed}\n`);
    expect(read({ ...DOCKER, [FILE]: `${head}${block}` }).findings.map(({ severity }) => severity)).toEqual([
      'error',
    ]);
  });

  it('masks secrets in the block it prints', () => {
    expect(shown(`${head}EnvironmentVariables:\nDB_PASSWORD: hunter2\nA: x\n`)).toContain(
      'DB_PASSWORD: ********\n      A: x',
    );
  });

  it('does not take the settings that follow for variables', () => {
    expect(shown(`EnvironmentVariables:\n${head}TrackedRun: true\n`)).toBe('');
    expect(shown(`EnvironmentVariables: null\nsomething: x\n${head}`)).toContain(
      '`something` is not a setting',
    );
    expect(shown(`EnvironmentVariables:\nSomeVendorSetting: x\n${head}`)).toContain(
      '`SomeVendorSetting` is not a setting',
    );
  });
});
