import { describe, expect, it } from 'vitest';
import { buildSecrets } from './build-secrets';
import { defaultEnvironmentSettings } from './environment-settings';

describe('the secrets of a build', () => {
  it('are none where nothing is set', () => {
    expect(buildSecrets({ settings: defaultEnvironmentSettings, netrc: '' })).toEqual({});
  });

  it('are the certificates, the passwords and the index of the site', () => {
    const settings = { ...defaultEnvironmentSettings, pipIndexUrl: 'https://u:p%40@i.example/simple' };
    expect(
      buildSecrets({ settings, netrc: 'machine i.example login u password p@\n', caBundle: 'PEM' }),
    ).toEqual({
      'aml-ca': 'PEM',
      'aml-netrc': 'machine i.example login u password p@\n',
      'aml-pip-conf': '[global]\nindex-url = https://u:p%%40@i.example/simple\n',
    });
  });
});
