import { describe, expect, it } from 'vitest';
import { codesOf, defineFrom, definitionFrom } from './test-environment';

const conda = ['python=3.11'];

describe('the pip part', () => {
  it('finds files from the root of the project and beside the dependency file', async () => {
    const { pip } = await definitionFrom({
      conda,
      pip: ['wheels/a-1-py3-none-any.whl', './b.tar.gz', 'c @ file:wheels/c-1-py3-none-any.whl'],
      files: {
        'wheels/a-1-py3-none-any.whl': 'a',
        'aml_config/b.tar.gz': 'b',
        'wheels/c-1-py3-none-any.whl': 'c',
      },
    });
    expect(pip.lines).toEqual([
      './wheels/a-1-py3-none-any.whl',
      './aml_config/b.tar.gz',
      './wheels/c-1-py3-none-any.whl',
    ]);
    expect(pip.files.map((file) => file.path)).toEqual([
      'aml_config/b.tar.gz',
      'wheels/a-1-py3-none-any.whl',
      'wheels/c-1-py3-none-any.whl',
    ]);
  });

  it('takes the lines of requirement files in place and those of constraint files apart', async () => {
    const { pip } = await definitionFrom({
      conda,
      pip: ['one', '-r more/all.txt', '-c limits.txt', 'last'],
      files: {
        'more/all.txt': 'two \\\n  >=1\n-r sub.txt',
        'more/sub.txt': 'three',
        'limits.txt': 'two<9\n',
      },
    });
    expect(pip.lines).toEqual(['one', 'two >=1', 'three', 'last']);
    expect(pip.constraints).toEqual(['two<9']);
    expect(pip.files).toEqual([]);
  });

  it('says which file is missing, and which includes itself', async () => {
    const { errors } = await defineFrom({
      conda,
      pip: ['-r gone.txt', './gone.whl', '-r a.txt', '../outside.whl'],
      files: { 'a.txt': '-r b.txt', 'b.txt': '-r a.txt' },
    });
    expect(errors.map((error) => [error.code, error.line])).toEqual([
      ['environment-file-missing', '-r gone.txt'],
      ['environment-file-missing', './gone.whl'],
      ['environment-files-circular', '-r a.txt'],
      ['environment-file-missing', '../outside.whl'],
    ]);
    expect(errors[2]?.message).toContain('a.txt → b.txt → a.txt');
  });

  it('takes a folder of the project with a warning that every change in it counts', async () => {
    const { definition, warnings } = await defineFrom({
      conda,
      pip: ['-e lib[extra]', '--find-links ./wheels'],
      files: { 'lib/setup.py': 's', 'lib/m/x.py': 'x', 'wheels/w-1-py3-none-any.whl': 'w', 'train.py': 't' },
    });
    expect(definition?.pip.lines).toEqual(['-e ./lib[extra]', '--find-links wheels']);
    expect(definition?.pip.editable).toBe(true);
    expect(definition?.pip.files.map((file) => file.path)).toEqual([
      'lib/m/x.py',
      'lib/setup.py',
      'wheels/w-1-py3-none-any.whl',
    ]);
    expect(codesOf(warnings)).toEqual(['environment-folder-in-image', 'environment-folder-in-image']);
  });

  it('keeps addresses with query strings and of repositories as they are', async () => {
    const lines = [
      'https://h.example/x-1-py3-none-any.whl?sv=1&sig=a%3D',
      'git+https://h.example/r.git@v1#egg=r',
      'n @ https://h.example/n.zip',
    ];
    expect((await definitionFrom({ conda, pip: lines })).pip.lines).toEqual(lines);
  });

  it('keeps passwords out of the definition and gives them to the build', async () => {
    const { definition, netrc, warnings } = await defineFrom({
      conda,
      channels: ['https://cu:cp%40@conda.example/ch', 'nodefaults'],
      pip: ['--extra-index-url https://u:p@index.example:8443/simple', 'own'],
      settings: { pipIndexUrl: 'https://su:sp@main.example/simple' },
    });
    expect(JSON.stringify(definition)).not.toMatch(/:p@|sp@|cp/);
    expect(definition?.conda?.channels).toEqual(['https://conda.example/ch']);
    expect(definition?.pip.lines[0]).toBe('--extra-index-url https://index.example:8443/simple');
    expect(netrc.split('\n').sort()).toEqual([
      '',
      'machine conda.example login cu password cp@',
      'machine index.example login u password p',
      'machine main.example login su password sp',
    ]);
    expect(warnings[0]?.code).toBe('environment-password-in-file');
    expect(JSON.stringify(warnings)).not.toContain('u:p@');
  });

  it('leaves lines that uv does not know to pip', async () => {
    expect((await definitionFrom({ conda, pip: ['attrs', '--pre'] })).pip.installer).toBe('uv');
    expect((await definitionFrom({ conda, pip: ['attrs --install-option=x'] })).pip.installer).toBe('pip');
    expect((await definitionFrom({ conda, pip: ['--process-dependency-links'] })).pip.installer).toBe('pip');
  });
});
