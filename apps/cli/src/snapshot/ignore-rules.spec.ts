import { describe, expect, it } from 'vitest';
import { IgnoreRules } from './ignore-rules';

const rules = (files: Readonly<Record<string, string>>): IgnoreRules =>
  Object.entries(files).reduce((all, [path, text]) => {
    const cut = path.lastIndexOf('/') + 1;
    return all.extend(path.slice(cut) as '.gitignore', path.slice(0, cut), text);
  }, IgnoreRules.atRoot());

const ignored = (files: Readonly<Record<string, string>>, path: string): boolean =>
  rules(files).judge(path).ignored;

describe('the ignore rules of a snapshot', () => {
  it('leave out outputs of the root, caches and nothing else by themselves', () => {
    expect(ignored({}, 'outputs/')).toBe(true);
    expect(ignored({}, 'code/__pycache__/')).toBe(true);
    expect(ignored({}, 'code/outputs/')).toBe(false);
    expect(ignored({}, 'docs/')).toBe(false);
    expect(ignored({}, 'train.py')).toBe(false);
  });

  it('follow .gitignore with its meaning: anchors, folders, negation', () => {
    const files = { '.gitignore': '*.csv\n!keep.csv\n/data\nlogs/\n' };
    expect(ignored(files, 'x/a.csv')).toBe(true);
    expect(ignored(files, 'x/keep.csv')).toBe(false);
    expect(ignored(files, 'data/')).toBe(true);
    expect(ignored(files, 'x/data/')).toBe(false);
    expect(ignored(files, 'x/logs/')).toBe(true);
    expect(ignored(files, 'logs')).toBe(false);
  });

  it('let a deeper file decide before one above it', () => {
    const files = { '.gitignore': '*.csv\n', 'a/.gitignore': '!*.csv\n' };
    expect(ignored(files, 'a/x.csv')).toBe(false);
    expect(ignored(files, 'x.csv')).toBe(true);
  });

  it('let .amlignore win over .gitignore, wherever the two stand', () => {
    expect(ignored({ '.gitignore': 'data/\n', '.amlignore': '!data/\n' }, 'data/')).toBe(false);
    expect(ignored({ '.amlignore': '*.bin\n', 'a/.gitignore': '!*.bin\n' }, 'a/x.bin')).toBe(true);
    expect(ignored({ '.amlignore': '!outputs/\n' }, 'outputs/')).toBe(false);
  });

  it('take back a single file of a folder that .gitignore leaves out', () => {
    const both = rules({ '.gitignore': 'data/\n', '.amlignore': '!data/model.pkl\n' });
    expect(both.judge('data/').ignored).toBe(true);
    expect(both.mayHoldTakenBack('data/')).toBe(true);
    expect(both.judge('data/model.pkl').ignored).toBe(false);
    expect(both.judge('data/big.csv').ignored).toBe(true);
  });

  it('say which file decided', () => {
    expect(rules({ 'a/.gitignore': 'x\n' }).judge('a/x').by).toBe('a/.gitignore');
    expect(rules({}).judge('outputs/').by).toBe('default');
  });
});
