import { expect, it } from 'vitest';
import { maskJson, maskText } from './mask-secrets';

it('masks what looks secret in a record, by name, by shape and as an argument', () => {
  expect(
    maskJson({
      environmentVariables: { API_KEY: 'abc123def456', LEVEL: '2' },
      arguments: ['--password', 'hunter2x', '--alpha', '0.1', 'token=abcdefgh'],
    }),
  ).toEqual({
    environmentVariables: { API_KEY: '********', LEVEL: '2' },
    arguments: ['--password', '********', '--alpha', '0.1', 'token=********'],
  });
});

it('masks lines of text and leaves the rest as it is', () => {
  expect(maskText('a.py', 'x = 1\npassword = "hunter2hunter2"\nprint(x)\n')).toBe(
    'x = 1\npassword = "********"\nprint(x)\n',
  );
});

it('masks in JSON what stands in the line after its name, and leaves other JSON as it was written', () => {
  const request = '{\n  "argv": [\n    "train.py",\n    "--token",\n    "hunter2hunter2"\n  ]\n}\n';
  expect(JSON.parse(maskText('control/request.json', request))).toEqual({
    argv: ['train.py', '--token', '********'],
  });
  expect(maskText('a.json', '{"b":   [1]}')).toBe('{"b":   [1]}');
  expect(maskText('broken.json', '{"b": ')).toBe('{"b": ');
});
