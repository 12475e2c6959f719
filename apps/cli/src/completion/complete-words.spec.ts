import { describe, expect, it } from 'vitest';
import { COMMANDS, GROUPS } from '../commands/catalogue';
import { completeWords } from './complete-words';

const source = {
  configurations: () => ['docker', 'local'],
  targets: () => ['vm'],
  runs: () => ['iris_1504832281116'],
};
const complete = (line: string) =>
  completeWords(line.split(' '), { commands: COMMANDS, groups: GROUPS }, source);

describe('completion', () => {
  it.each([
    ['exp', ['experiment']],
    ['ml exp', ['experiment']],
    ['experiment su', ['submit']],
    ['experiment submit -c ', ['docker', 'local']],
    ['experiment submit -c d', ['docker']],
    ['experiment submit -t ', ['vm']],
    ['experiment submit --deta', ['--detach']],
    ['history info -r ', ['iris_1504832281116']],
    ['history list -o j', ['json']],
    ['history list --status F', ['Failed']],
    ['history list --status=F', ['--status=Failed']],
    ['history list --status = F', ['Failed']],
    ['experiment submit --target =', ['vm']],
    ['experiment submit --tag a = b --deta', ['--detach']],
    ['experiment submit --target=vm --run-configuration=d', ['--run-configuration=docker']],
    ['computetarget show ', ['vm']],
    ['computetarget attach d', ['docker']],
    ['runconfigurations show ', ['docker', 'local']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['nonsense x', []],
  ])('of `%s` offers %j', (line, words) => expect(complete(line).words).toEqual(words));

  it('offers files for a script and for everything after it', () => {
    expect(complete('experiment submit -c local tr')).toEqual({ words: [], files: true });
    expect(complete('experiment submit -c local train.py --da')).toEqual({ words: [], files: true });
    expect(complete('history download -d ')).toEqual({ words: [], files: true });
  });
});
