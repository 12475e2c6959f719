import { aRunSpecification } from '@aml/testing';
import { describe, expect, it } from 'vitest';
import { scriptEnvironment, secretReferencesOf } from './script-environment';
import { sharedDirectoryOf } from './shared-directory';

const machine = {
  inherited: { PATH: '/image/bin', PYTHONPATH: '/image', X: 'image' },
  sdk: '/run/sdk',
  home: '/home/ann',
  user: 'ann',
  sharedFolder: '/share/',
};

describe('the environment of a script', () => {
  const environment = (variables: Record<string, string>, given: Partial<typeof machine> = {}) =>
    scriptEnvironment(
      aRunSpecification({ environmentVariables: variables }),
      { ...machine, ...given },
      { S: 'v' },
    );

  it('lets the configuration win over the machine, and the service over both', () => {
    const env = environment({ X: 'mine', AZUREML_RUN_ID: 'mine', PYTHONPATH: '/mine' });
    expect(env).toMatchObject({ X: 'mine', PATH: '/image/bin', PYTHONPATH: '/run/sdk:/mine' });
    expect(env['AZUREML_RUN_ID']).toMatch(/^Iris_/);
  });

  it('ends the shared folder with one separator, and leaves it out where there is none', () => {
    expect(environment({})['AZUREML_NATIVE_SHARE_DIRECTORY']).toBe('/share/');
    const none = scriptEnvironment(aRunSpecification(), { ...machine, sharedFolder: null }, {});
    expect(none).not.toHaveProperty('AZUREML_NATIVE_SHARE_DIRECTORY');
  });

  it('has a locale that can write everything, unless one is chosen', () => {
    expect(environment({})['LANG']).toBe('C.UTF-8');
    expect(environment({ LC_ALL: 'de_DE.UTF-8' })).not.toHaveProperty('LANG');
  });

  it('replaces references to secrets by their values', () => {
    expect(environment({ KEY: 'S' })['KEY']).toBe('v');
    const run = aRunSpecification({
      environmentVariables: { A: 'AzureMlSecret=1', B: 'AzureMlSecret=1', C: 'x' },
    });
    expect(secretReferencesOf(run)).toEqual(['AzureMlSecret=1']);
  });
});

describe('the shared folder of a project', () => {
  it('has the names of account, workspace and project below its base', () => {
    expect(sharedDirectoryOf(aRunSpecification(), '/home/ann')).toBe('/home/ann/.azureml/share/acc/ws/Iris');
    const given = aRunSpecification({
      target: { nativeSharedDirectory: '~/s' },
      accountName: '..',
      workspaceName: 'a/b',
    });
    expect(sharedDirectoryOf(given, '/home/ann')).toBe('/home/ann/s/_../a_b/Iris');
  });

  it('is not taken from a relative path', () => {
    const given = aRunSpecification({ target: { nativeSharedDirectory: 'share' } });
    expect(() => sharedDirectoryOf(given, '/home/ann')).toThrow(
      '"share" of the compute target "local" is not an absolute path',
    );
  });
});
