import { describe, expect, it } from 'vitest';
import { codesOf, defineFrom, definitionFrom, testBase } from './test-environment';

describe('the conda part', () => {
  it('is normalised, with what conda itself would add', async () => {
    const { conda, python } = await definitionFrom({
      conda: ['numpy 1.11.*', 'NumPy=1.11', 'cudnn=7=build_1'],
      pip: ['attrs'],
    });
    expect(conda?.packages).toEqual(["cudnn[version='==7',build='build_1']", 'numpy=1.11', 'pip', 'python']);
    expect(python).toEqual({ from: 'conda' });
  });

  it('takes what the solver asks the machine for from the base image', async () => {
    const facts = { glibc: '2.27', cuda: '11.2', path: '/bin' };
    const { conda } = await definitionFrom({
      conda: ['python'],
      input: { baseImage: { ...testBase, facts } },
    });
    expect(conda?.virtualPackages).toEqual([
      '__unix=0',
      '__linux=5.10',
      '__archspec=1=x86_64',
      '__glibc=2.27',
      '__cuda=11.2',
    ]);
  });

  it('says which line is no package', async () => {
    const { errors, definition } = await defineFrom({ conda: ['python=3.6', 'numpy=>1.2'] });
    expect(errors).toMatchObject([{ code: 'environment-conda-line-invalid', line: 'numpy=>1.2' }]);
    expect(definition).toBeUndefined();
  });

  it('is not there when only pip packages are asked for and the base image has Python', async () => {
    const { conda, python, pip } = await definitionFrom({ pip: ['attrs'] });
    expect(conda).toBeUndefined();
    expect(python).toEqual({ from: 'base', version: '3.11', command: 'python3' });
    expect(pip.lines).toEqual(['pip', 'setuptools<81', 'wheel', 'attrs']);
  });

  it('brings Python where the base image has none', async () => {
    const baseImage = { ...testBase, facts: { glibc: '2.36', path: '/bin' } };
    const { conda, python } = await definitionFrom({ pip: ['attrs'], input: { baseImage } });
    expect(conda?.packages).toEqual(['pip', 'python']);
    expect(python).toEqual({ from: 'conda' });
  });
});

describe('packages from the Python package index', () => {
  const pypi = { packageSource: 'pypi' } as const;

  it('are taken by their names there, each with a warning', async () => {
    const { definition, warnings } = await defineFrom({
      conda: [
        'python=3.11',
        'pytorch=1.0',
        'pytables',
        'opencv',
        'ruamel_yaml',
        'scikit-learn==0.19.1',
        'pandas>=0.20,<1',
        'mkl',
      ],
      settings: pypi,
    });
    expect(definition?.pip.lines).toEqual([
      'torch==1.0.*',
      'tables',
      'opencv-python-headless',
      'ruamel.yaml',
      'scikit-learn==0.19.1',
      'pandas>=0.20,<1',
      'pip',
      'setuptools<81',
      'wheel',
    ]);
    expect(warnings.map((warning) => warning.message)).toContain(
      '"pytorch=1.0" is taken from the Python package index as "torch==1.0.*".',
    );
    expect(warnings.map((warning) => warning.message)).toContain(
      '"mkl" is left out: the wheels of the Python package index bring their own.',
    );
  });

  it('leave a package that the pip list has too to the pip list', async () => {
    const { pip } = await definitionFrom({
      conda: ['numpy=1.11', 'pip'],
      pip: ['NumPy==1.26.0'],
      settings: pypi,
    });
    expect(pip.lines).toEqual(['pip', 'setuptools<81', 'wheel', 'NumPy==1.26.0']);
  });

  it('say all that cannot be had at once', async () => {
    const { errors } = await defineFrom({ conda: ['r-ggplot2', 'graphviz', 'x=1|2', 'six'], settings: pypi });
    expect(errors.map((error) => error.line)).toEqual(['r-ggplot2', 'graphviz', 'x=1|2']);
    expect(new Set(codesOf(errors))).toEqual(new Set(['environment-conda-package-unavailable']));
  });

  it('name the nearest Python where the base image has another one', async () => {
    const { errors } = await defineFrom({ conda: ['python=3.5.2'], settings: pypi });
    expect(errors[0]?.code).toBe('environment-python-not-offered');
    expect(errors[0]?.message).toBe(
      'The project asks for "python=3.5.2"; the nearest Python to be had is 3.11.2, that of the base image "debian:12".',
    );
    expect(errors[0]?.hint).toContain('python=3.11');
  });

  it('go on with a newer Python where the settings allow it, and remember what was asked for', async () => {
    const { definition, warnings } = await defineFrom({
      conda: ['python=3.5.2'],
      settings: { ...pypi, pythonFallback: 'nearest-newer' },
    });
    expect(definition?.python).toEqual({
      from: 'base',
      version: '3.11',
      command: 'python3',
      instead: 'python=3.5.2',
    });
    expect(codesOf(warnings)).toContain('environment-python-instead');
  });

  it('never go on with an older Python', async () => {
    const { errors } = await defineFrom({
      conda: ['python>=3.12'],
      settings: { ...pypi, pythonFallback: 'nearest-newer' },
    });
    expect(codesOf(errors)).toEqual(['environment-python-not-offered']);
  });

  it('take another patch of the same Python with a warning', async () => {
    const { definition, warnings } = await defineFrom({ conda: ['python=3.11.9'], settings: pypi });
    expect(definition?.python).toMatchObject({ version: '3.11' });
    expect(codesOf(warnings)).toEqual(['environment-python-instead']);
  });

  it('need a base image with Python', async () => {
    const baseImage = { ...testBase, facts: { path: '/bin' } };
    const { errors } = await defineFrom({ conda: ['numpy'], settings: pypi, input: { baseImage } });
    expect(codesOf(errors)).toEqual(['environment-base-without-python']);
  });
});

describe('packages of the old service', () => {
  it('are left out wherever they are named, each with a warning', async () => {
    const wheel =
      'https://host.example/wheels/latest/azureml.logging-1.0.79-py3-none-any.whl?sv=2016-05-31&sig=a%2Bb';
    const { definition, warnings } = await defineFrom({
      conda: ['python=3.5.2'],
      pip: ['azure-ml-api-sdk==0.1.0a10', wheel, 'azureml-sdk==1.0', '-r requirements.txt'],
      files: { 'aml_config/requirements.txt': 'azureml.assets\nsix' },
    });
    expect(definition?.pip.lines).toEqual(['azureml-sdk==1.0', 'six']);
    expect(codesOf(warnings)).toEqual(Array(3).fill('environment-package-removed'));
    expect(warnings[1]?.message).toBe(
      '"azureml-logging" is left out: every run has azureml.logging already.',
    );
  });
});

describe('places of packages that are gone', () => {
  it('are left out, each with a warning, and the index of the service is asked', async () => {
    const { definition, warnings } = await defineFrom({
      conda: ['python=3.5.2'],
      pip: [
        '--index-url https://azuremldownloads.azureedge.net/python-repository/preview',
        '--extra-index-url=https://pypi.python.org/simple',
        '--trusted-host azuremldownloads.azureedge.net',
        '--extra-index-url https://pypi.example.org/simple',
        'azureml-requirements',
        'six',
      ],
    });
    expect(definition?.pip.lines).toEqual(['--extra-index-url https://pypi.example.org/simple', 'six']);
    expect(codesOf(warnings)).toEqual([
      ...Array<string>(3).fill('environment-index-removed'),
      'environment-package-removed',
    ]);
    expect(warnings[0]?.message).toContain('the package index of the old service is gone');
  });
});

describe('Spark', () => {
  const spark = { framework: 'PySpark' } as const;

  it('is the newest that Python and Java can run', async () => {
    const { spark: part } = await definitionFrom({ pip: ['attrs'], input: spark });
    expect(part).toEqual({ lines: ['pyspark==4.1.*'], java: 17 });
    const older = await definitionFrom({ conda: ['python=3.8'], input: spark });
    expect(older.spark?.lines).toEqual(['pyspark==3.5.*']);
  });

  it('is chosen by pip where the Python is not known yet', async () => {
    const { spark: part } = await definitionFrom({ conda: ['numpy'], input: spark });
    expect(part?.lines).toContain('pyspark==3.5.*; python_version == "3.8"');
    expect(part?.lines.at(-1)).toBe('pyspark==3.4.*; python_version == "3.7"');
  });

  it('is the one that the project names', async () => {
    expect((await definitionFrom({ conda: ['pyspark=3.4'], input: spark })).spark).toBeUndefined();
    expect((await definitionFrom({ pip: ['PySpark==3.4.0'], input: spark })).spark).toBeUndefined();
  });

  it('is left out with a warning where it cannot be, so that a script without Spark still runs', async () => {
    const baseImage = { ...testBase, facts: { glibc: '2.36', path: '/bin' } };
    const none = await defineFrom({ conda: ['python=3.6'], input: { ...spark, baseImage } });
    expect(none.definition?.spark).toBeUndefined();
    expect(codesOf(none.warnings)).toEqual(['environment-without-java']);
    const tooNew = await defineFrom({ conda: ['python=3.6'], input: spark });
    expect(tooNew.definition).toBeDefined();
    expect(codesOf(tooNew.warnings)).toEqual(['environment-without-spark']);
  });
});
