import { describe, expect, it } from 'vitest';
import { codes, DOCKER, read, said, type Texts } from './testing.fixture';

const FILE = 'aml_config/d.runconfig';
const CONDA = 'aml_config/conda_dependencies.yml';
const SPARK = 'aml_config/spark_dependencies.yml';
const conda = (text: string, more: Texts = {}): string =>
  said({ ...DOCKER, ...more, [FILE]: 'Target: docker\n', [CONDA]: text }, CONDA);

describe('the conda file', () => {
  it('keeps channels, packages and pip lines in order, with their places', () => {
    const text =
      'name: env\nchannels: [conda-forge, defaults]\ndependencies:\n  - python=3.5.2\n  - pip\n  - pip:\n    - numpy  # why\n    - -e ./lib\n    - --extra-index-url https://example.com/simple\n';
    const [file] = read({ [CONDA]: text }).condaFiles;
    expect(file?.dependencies).toMatchObject({
      ...{ name: 'env', channels: ['conda-forge', 'defaults'], conda: ['python=3.5.2', 'pip'] },
      pip: ['numpy', '-e ./lib', '--extra-index-url https://example.com/simple'],
    });
    expect(
      file?.dependencies.entries.map(
        ({ line, column, text: entry }) => `${String(line)}:${String(column)} ${entry}`,
      ),
    ).toEqual([
      ...['2:12 conda-forge', '2:25 defaults', '4:5 python=3.5.2', '5:5 pip'],
      ...['7:7 numpy', '8:7 -e ./lib', '9:7 --extra-index-url https://example.com/simple'],
    ]);
    expect(read({ [CONDA]: text }).findings).toEqual([]);
  });

  it('with a pip section and no pip is a warning with the line to add', () => {
    expect(conda('dependencies:\n  - python=3.5.2\n  - pip:\n    - numpy\n')).toBe(
      [
        'aml_config/conda_dependencies.yml:3:5: warning: there is a `pip` section and `pip` itself is not among the packages; it is added [pip-not-listed]',
        '   3 |   - pip:',
        '     |     ^',
        '  write:',
        '      - pip',
        '  Put the line above `- pip:`.',
      ].join('\n'),
    );
    expect(conda('dependencies: [pip=9.0, {pip: [a]}]\n')).toBe('');
    expect(conda('dependencies: ["conda-forge::pip >=9", {pip: [a]}]\n')).toBe('');
  });

  it('explains lists and sections that stand wrong', () => {
    expect(conda('dependencies:\n  - pip\n  - pip:\n  - numpy\n')).toContain(
      'the `pip` section is empty; lines that belong to it must be indented further',
    );
    expect(conda('dependencies:\n  - pip\npip:\n  - numpy\n')).toContain(
      '  write:\n    dependencies:\n      - pip:\n        - numpy',
    );
    expect(conda('dependencies:\n  python: 3.5.2\n')).toContain(
      '  write:\n    dependencies:\n      - python=3.5.2',
    );
    expect(conda('dependencies:\n  - python: 3.5.2\n')).toContain('  write:\n      - python=3.5.2');
    expect(conda('dependencies: numpy\n')).toContain(
      '`dependencies` must be a list; the one value is read as a list of one',
    );
    expect(conda('dependencies:\n  - [numpy]\n')).toContain('a package must be text, here it is a list');
    expect(conda('dependencies:\n  -\n')).toContain('an item of the list is empty; it is left out');
  });

  it('is warned of credentials in addresses, which are not shown', () => {
    const text = conda(
      'dependencies:\n  - pip\n  - pip:\n    - --index-url https://me:hunter22@example.com/simple\n',
    );
    expect(text).not.toContain('hunter22');
  });

  it('may not name files outside the project', () => {
    expect(conda('dependencies:\n  - pip\n  - pip:\n    - ../../x.whl\n')).toContain(
      'error: `../../x.whl` is outside the project',
    );
    expect(conda('dependencies:\n  - pip\n  - pip:\n    - /tmp/x.whl\n')).toContain(
      'warning: `/tmp/x.whl` is a path of one machine',
    );
  });

  it('may include requirement files, beside it or from the project folder', () => {
    const text = 'dependencies:\n  - pip\n  - pip:\n    - -r requirements.txt\n    - -r ../base.txt\n';
    expect(
      conda(text, {
        'requirements.txt': 'numpy\n',
        'base.txt': '-c aml_config/c.txt\n',
        'aml_config/c.txt': '',
      }),
    ).toBe('');
    expect(conda(text, { 'base.txt': '' })).toBe(
      [
        'aml_config/conda_dependencies.yml:4:7: error: `requirements.txt` is to be included, and there is no such file in the project [dependency-file-missing]',
        '   4 |     - -r requirements.txt',
        '     |       ^',
        '  It was looked for at `aml_config/requirements.txt` and `requirements.txt`.',
      ].join('\n'),
    );
  });

  it('may not include itself, over however many files', () => {
    const text = 'dependencies:\n  - pip\n  - pip:\n    - -r a.txt\n';
    const files = { 'a.txt': 'numpy\n-r b.txt\n', 'b.txt': '--requirement=a.txt\n' };
    expect(said({ ...DOCKER, [FILE]: 'Target: docker\n', [CONDA]: text, ...files }, 'b.txt')).toBe(
      [
        'b.txt:1:1: error: the file includes itself: `a.txt` → `b.txt` → `a.txt` [dependency-file-circular]',
        '   1 | --requirement=a.txt',
        '     | ^',
        '  Remove one of these `-r` lines.',
      ].join('\n'),
    );
    expect(conda('dependencies:\n  - pip\n  - pip:\n    - -r conda_dependencies.yml\n')).toContain(
      'the file includes itself: `aml_config/conda_dependencies.yml` → `aml_config/conda_dependencies.yml`',
    );
  });
});

describe('the Spark file', () => {
  const spark = (text: string): string =>
    said({ ...DOCKER, [FILE]: 'Target: docker\n', [SPARK]: text }, SPARK);

  it('keeps numbers and versions as written', () => {
    const text =
      'configuration:\n  a: 1.10\n  b: true\nrepositories: [https://x/y]\npackages:\n  - {group: g, artifact: a, version: 1.10}\n';
    expect(read({ [SPARK]: text }).sparkFiles[0]?.dependencies).toEqual({
      ...{ configuration: { a: '1.10', b: 'true' }, repositories: ['https://x/y'] },
      ...{ packages: [{ group: 'g', artifact: 'a', version: '1.10' }], unknown: {} },
    });
  });

  it('explains what stands wrong', () => {
    expect(spark('packages:\n  - group: g\n    artifact: a\n')).toBe(
      [
        'aml_config/spark_dependencies.yml:2:5: error: a Spark package needs `group`, `artifact` and `version`; here `version` is missing [spark-package-incomplete]',
        '   2 |   - group: g',
        '     |     ^',
        '  write:',
        '      - group: "g"',
        '        artifact: "a"',
        '        version: "VERSION"',
      ].join('\n'),
    );
    expect(spark('packages:\n  - g:a:1.0\n')).toContain('warning: the package is written as coordinates');
    expect(spark('configuration:\n  spark:\n    executor:\n      memory: 2g\n')).toContain(
      '  write:\n      spark.executor.memory: 2g',
    );
    expect(spark('configuration: [a]\n')).toContain(
      '`configuration` must be a map of names and values, here it is a list',
    );
    expect(spark('configuration:\n  a: [1]\n')).toContain('Spark takes lists as one text with commas');
    expect(spark('configuration:\n  a:\n')).toContain('`a` has no value; it is left out');
    expect(spark('repositories: [maven]\n')).toContain('`maven` is not the address of a Maven repository');
  });
});

describe('CondaDependenciesFile', () => {
  const shown = (text: string, more: Texts = {}): string =>
    said({ ...DOCKER, ...more, [FILE]: `Target: docker\nFramework: Python\n${text}` }, FILE);

  it('that is missing is an error with the likely one', () => {
    expect(shown('CondaDependenciesFile: aml_config/conda_dependancies.yml\n')).toBe(
      [
        'aml_config/d.runconfig:3:24: error: `CondaDependenciesFile` is `aml_config/conda_dependancies.yml`, and there is no such file in the project [dependency-file-missing]',
        '   3 | CondaDependenciesFile: aml_config/conda_dependancies.yml',
        '     |                        ^',
        '  write:',
        '    CondaDependenciesFile: aml_config/conda_dependencies.yml',
        '  Did you mean `aml_config/conda_dependencies.yml`?',
      ].join('\n'),
    );
  });

  it('that is missing is a warning where no run reads it', () => {
    const files = {
      'aml_config/local.compute': 'type: local\n',
      [FILE]:
        'Target: local\nFramework: Python\nCondaDependenciesFile: x.yml\nSparkDependenciesFile: y.yml\n',
    };
    expect(codes(read(files).findings)).toEqual([
      'warning dependency-file-missing',
      'warning dependency-file-missing',
    ]);
  });

  it('may be null, and without the standard file the base image stays as it is', () => {
    expect(shown('CondaDependenciesFile: null\n')).toBe('');
    const files = {
      'aml_config/docker.compute': 'type: docker\n',
      [FILE]: 'Target: docker\nFramework: Python\n',
    };
    expect(codes(read(files).findings)).toEqual(['warning dependency-file-absent']);
  });

  it('is found beside the run configuration, with backslashes and in other capitals, with a warning', () => {
    for (const written of [
      'conda_dependencies.yml',
      'aml_config\\conda_dependencies.yml',
      'AML_Config/Conda_Dependencies.yml',
    ]) {
      const expected = written.includes('\\') ? '' : `the file is \`${CONDA}\``;
      expect(shown(`CondaDependenciesFile: ${written}\n`)).toContain(expected);
      expect(shown(`CondaDependenciesFile: ${written}\n`)).not.toContain('error');
    }
  });

  it('outside the project is an error', () => {
    for (const written of ['../x.yml', '/etc/x.yml', 'aml_config/../../x.yml', 'C:\\x.yml', '~/x.yml']) {
      expect(shown(`CondaDependenciesFile: '${written}'\n`)).toContain(
        'outside the project; a run has only what is in the project folder [path-outside-project]',
      );
    }
  });

  it('that leads back to a run configuration is circular', () => {
    expect(shown('CondaDependenciesFile: aml_config/d.runconfig\n')).toContain(
      '`CondaDependenciesFile` leads back to where it started: `aml_config/d.runconfig` → `aml_config/d.runconfig` [dependency-file-circular]',
    );
    const other = {
      'aml_config/e.runconfig':
        'Target: docker\nFramework: Python\nCondaDependenciesFile: aml_config/d.runconfig\n',
    };
    expect(shown('CondaDependenciesFile: aml_config/e.runconfig\n', other)).toContain(
      '`aml_config/d.runconfig` → `aml_config/e.runconfig` → `aml_config/d.runconfig` [dependency-file-circular]',
    );
    expect(shown('CondaDependenciesFile: aml_config/docker.compute\n')).toContain(
      'is no dependency file but a compute target [dependency-file-kind]',
    );
  });
});
