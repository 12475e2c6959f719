import { describe, expect, it } from 'vitest';
import { condaSpecText, parseCondaSpec } from './conda-spec';
import { allows, parseConstraint, pipConstraint } from './version-constraint';

function normal(text: string): string | undefined {
  const spec = parseCondaSpec(text);
  return spec && condaSpecText(spec);
}

describe('a line of a conda list', () => {
  it.each([
    ['python=3.5.2', 'python=3.5.2'],
    ['python 3.5.*', 'python=3.5'],
    ['python ==3.5.2', 'python==3.5.2'],
    ['python 3.5.2', 'python==3.5.2'],
    ['Pandas >=0.20, <1', 'pandas>=0.20,<1'],
    ['numpy=1.11=py35_0', "numpy[version='==1.11',build='py35_0']"],
    ['numpy 1.11.* py35_0', "numpy[version='=1.11',build='py35_0']"],
    ['conda-forge::lightgbm', 'conda-forge::lightgbm'],
    ['python=3.5|3.6', 'python=3.5|==3.6'],
    ["pkg[version='>=1,<2', build=py_0]", "pkg[version='>=1,<2',build='py_0']"],
    ['six  # why', 'six'],
    ['x!=1.2.*', 'x!=1.2.*'],
  ])('%s means %s', (text, meaning) => {
    expect(normal(text)).toBe(meaning);
  });

  it.each(['', '=3.6', 'numpy=>1.2', 'a b c d', 'numpy==', '{{ name }}'])('"%s" is none', (text) => {
    expect(normal(text)).toBeUndefined();
  });
});

describe('a constraint', () => {
  it.each([
    ['=3.5', '3.5.2', true],
    ['=3.5', '3.6', false],
    ['=3.1', '3.11', false],
    ['==3.11', '3.11.0', true],
    ['>=3.6,<3.8', '3.7.1', true],
    ['2.7|>=3.4', '3.3', false],
    ['!=3.5.*', '3.5.1', false],
    ['~=3.5.1', '3.5.9', true],
    ['~=3.5.1', '3.6', false],
    ['', '9', true],
  ])('%s on %s is %s', (text, version, expected) => {
    const constraint = parseConstraint(text);
    expect(constraint && allows(constraint, version)).toBe(expected);
  });

  it.each([
    ['=1.2', '==1.2.*'],
    ['1.2', '==1.2'],
    ['>=1,<2', '>=1,<2'],
    ['!=1.2.*', '!=1.2.*'],
    ['1.2|1.3', undefined],
  ])('%s is %s for pip', (text, expected) => {
    expect(pipConstraint(parseConstraint(text) ?? [])).toBe(expected);
  });
});
