import { describe, expect, it } from 'vitest';
import { nameOnPypi, pypiNameTable } from './conda-names-on-pypi';

describe('names of conda packages in the Python package index', () => {
  it('are the same where nothing else is known, also for names of JavaScript objects', () => {
    expect(nameOnPypi('pandas')).toBeUndefined();
    expect(nameOnPypi('constructor')).toBeUndefined();
  });

  it('are in a table for the documentation, each with its meaning', () => {
    const table = pypiNameTable();
    expect(table.get('pytorch')).toEqual({ kind: 'renamed', name: 'torch' });
    expect(table.get('mkl')?.kind).toBe('left-out');
    expect(table.get('r-base')?.kind).toBe('unavailable');
  });
});
