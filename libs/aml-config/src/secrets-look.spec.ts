import { describe, expect, it } from 'vitest';
import { findSecretArguments, looksSecret, MASK, maskSecretText, secretReason } from './secrets-look';

describe('looksSecret', () => {
  it.each([
    ['DB_PASSWORD', 'hunter2'],
    ['password', 'x y'],
    ['dbPassword', 'hunter2'],
    ['API_KEY', 'abcdef'],
    ['apikey', 'abcdef'],
    ['AZURE_STORAGE_KEY', 'abc=='],
    [
      'AZURE_STORAGE_CONNECTION_STRING',
      'DefaultEndpointsProtocol=https;AccountName=x;AccountKey=abcdefgh12==;EndpointSuffix=y',
    ],
    ['X', 'DefaultEndpointsProtocol=https;AccountName=x;AccountKey=abcdefgh12=='],
    ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG'],
    ['X', 'AKIAIOSFODNN7EXAMPLE'],
    ['GITHUB_TOKEN', 'abc'],
    ['X', `ghp_${'a1B2'.repeat(9)}`],
    ['X', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3.SflKxwRJSMeKKF2QT4'],
    ['X', '-----BEGIN RSA PRIVATE KEY-----\nMII'],
    ['X', 'Server=tcp:x;Database=y;User ID=z;Password=hunter2;'],
    ['DATABASE_URL', 'postgres://me:hunter2@db:5432/x'],
    ['BLOB', 'https://x.blob.core.windows.net/c?sv=2017&sig=abcdefghijklmnopqrstuv%3D'],
    ['client-secret', 'abc'],
  ])('finds %s=%s', (key, value) => {
    expect(looksSecret(key, value)).toBe(true);
  });

  it.each([
    ['PASSWORD', ''],
    ['PASSWORD', '<your password>'],
    ['PASSWORD', '${PASSWORD}'],
    ['PASSWORD', '$PASSWORD'],
    ['password', 'AzureMlSecret=6cb2f2b4'],
    ['PASSWORD_FILE', '/run/secrets/x'],
    ['SECRET_NAME', 'vm'],
    ['TOKENIZERS_PARALLELISM', 'false'],
    ['MAX_TOKENS', '128'],
    ['TOKEN', '128'],
    ['KEY_COLUMN', 'customer'],
    ['PRIMARY_KEY', 'customer'],
    ['MONKEY', 'business'],
    ['DATA', '/data/train.csv'],
    ['URL', 'https://example.com/a?b=c'],
    ['URL', 'ssh://me@host:22/x'],
    ['OMP_NUM_THREADS', '4'],
    ['EXAMPLE_ENV_VAR', 'Example Value'],
  ])('leaves %s=%s alone', (key, value) => {
    expect(secretReason(key, value)).toBeUndefined();
  });

  it('gives a reason without the value', () => {
    expect(secretReason('DB_PASSWORD', 'hunter2')).toBe('of its name, `DB_PASSWORD`');
    expect(secretReason('X', 'AKIAIOSFODNN7EXAMPLE')).toBe('it looks like an AWS access key');
  });
});

describe('findSecretArguments', () => {
  it('finds values behind options, joined by = or on their own', () => {
    const args = [
      '--alpha',
      '0.1',
      '--password',
      'hunter2',
      '--api-key=abcdef',
      'TOKEN=abcdef',
      'AKIAIOSFODNN7EXAMPLE',
      '--verbose',
    ];
    expect(findSecretArguments(args).map(({ index }) => index)).toEqual([3, 4, 5, 6]);
    expect(
      findSecretArguments(['--max-tokens', '128', 'train.py', 'password', 'x', '--token-file', 'a']),
    ).toEqual([]);
  });
});

describe('maskSecretText', () => {
  it('masks values and leaves the rest of the line', () => {
    expect(
      maskSecretText(
        'a: b\n  "DB_PASSWORD": "hunter2",\n- TOKEN=abc\npassword: hunter2 # x\nk: AKIAIOSFODNN7EXAMPLE z',
      ),
    ).toBe(`a: b\n  "DB_PASSWORD": ${MASK},\n- TOKEN=${MASK}\npassword: ${MASK}\nk: ${MASK}`);
    expect(maskSecretText('password: AzureMlSecret=x')).toBe('password: AzureMlSecret=x');
  });
});
