import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../program';
import { readSubmitInput } from './read-submit-input';
import type { SubmitRequest } from './submit-request';
import { submitBody } from './submit-request';
import { parseTimeLimit } from './time-limit';

function read(...words: string[]): SubmitRequest {
  const request = readCommandLine(['experiment', 'submit', ...words], { program: 'aml', columns: 80 });
  if (request.kind !== 'command') throw new Error('no command');
  return readSubmitInput(request.input);
}

describe('what is typed after submit', () => {
  it('becomes a request, with what was not typed left open', () => {
    expect(read('-c', 'local', 'train.py', '--alpha', '0.1')).toMatchObject({
      configuration: 'local',
      script: 'train.py',
      arguments: ['--alpha', '0.1'],
      prepareEnvironment: undefined,
      tracked: undefined,
      timeLimitSeconds: null,
      environmentVariables: {},
    });
    expect(read('-c', 'local', '--no-track', '--no-prepare', 'x.py')).toMatchObject({
      tracked: false,
      prepareEnvironment: false,
    });
  });

  it('leaves out of the body what the files decide', () => {
    const client = { machine: 'm', user: 'u', interpreter: null, environment: {} };
    const body = submitBody(read('-c', 'local'), {
      projectId: 'p',
      snapshotId: 's',
      script: undefined,
      client,
    });
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['script']));
    expect(body).not.toHaveProperty('tracked');
    expect(body).not.toHaveProperty('framework');
  });

  it('takes variables and tags with = and nothing in their values', () => {
    const request = read('-c', 'local', '--env', 'A=b=c', '--env', 'EMPTY=', '--tag', 'k=v w');
    expect(request.environmentVariables).toEqual({ A: 'b=c', EMPTY: '' });
    expect(request.tags).toEqual({ k: 'v w' });
  });

  it('refuses what cannot be meant, naming the option', () => {
    expect(() => read('train.py')).toThrow('-c, --run-configuration is missing');
    expect(() => read('-c', 'local', '--env', 'A')).toThrow('--env takes NAME=VALUE, not `A`');
    expect(() => read('-c', 'local', '--framework', 'Spork')).toThrow('`Spork` is not a framework');
    expect(() => read('-c', 'local', '--time-limit', '0')).toThrow('the time limit is zero');
  });

  it.each([
    ['90', 90],
    ['90s', 90],
    ['10m', 600],
    ['10min', 600],
    ['2h', 7200],
    ['1.5h', 5400],
    ['1h30m', 5400],
    ['7d', 604_800],
  ])('reads the time limit %s', (text, seconds) => expect(parseTimeLimit(text)).toBe(seconds));

  it.each(['', 'x', '-5', '5x', '10 m s', '0m', '1e9'])('refuses the time limit `%s`', (text) => {
    expect(() => parseTimeLimit(text)).toThrow(/time limit/);
  });
});
