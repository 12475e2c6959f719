import { describe, expect, it } from 'vitest';
import { AppError } from '@aml/errors';
import { explainBuildFailure } from './build-failure';

const failed = new AppError({
  code: 'docker-build-failed',
  message: 'the step ended with code 1.',
  blame: 'target',
});

function explained(lines: readonly string[]): AppError {
  const error = explainBuildFailure('pip packages (2 lines)', lines, failed);
  if (error instanceof AppError) return error;
  throw new Error('not an AppError');
}

describe('a build that failed', () => {
  it('has the code, message and hint that our own program gave', () => {
    const said = { code: 'environment-unsolvable', message: 'They do not go together.', hint: 'Loosen one.' };
    const error = explained(['solving', `aml-error: ${JSON.stringify(said)}`, 'more']);
    expect(error).toMatchObject({ ...said, blame: 'target' });
  });

  it('has the reason of uv when nothing fits together', () => {
    const error = explained([
      'Using Python 3.11.2 environment at: /opt/aml/env',
      'error: No solution found when resolving dependencies',
      '  cause: Because you require attrs==23.1.0 and attrs==22.1.0, we can conclude that your requirements are unsatisfiable.',
    ]);
    expect(error.code).toBe('environment-pip-failed');
    expect(error.message).toBe(
      'The pip packages (2 lines) could not be installed. No solution found when resolving dependencies. ' +
        'Because you require attrs==23.1.0 and attrs==22.1.0, we can conclude that your requirements are unsatisfiable.',
    );
  });

  it('has the last words of a package that could not be built', () => {
    const error = explained([
      'error: Failed to build `numpy==1.11.0`',
      '  cause: The build backend returned an error',
      '  cause: Call to `setuptools.build_meta:__legacy__.build_wheel` failed (exit status: 1)',
      '',
      '         [stderr]',
      '         Traceback (most recent call last):',
      "         NameError: name 'CCompiler' is not defined.",
      '',
      'hint: Build failures usually indicate a problem with the package or the build environment',
    ]);
    expect(error.message).toBe(
      "The pip packages (2 lines) could not be installed. Failed to build `numpy==1.11.0`. NameError: name 'CCompiler' is not defined.",
    );
  });

  it('has the tree of reasons of older versions of uv', () => {
    const error = explained([
      '  × No solution found when resolving dependencies:',
      '  ╰─▶ Because nosuchpkg was not found in the package registry, we can conclude …',
    ]);
    expect(error.message).toMatch(
      /No solution found when resolving dependencies: Because nosuchpkg was not found/,
    );
  });

  it('has the errors of pip', () => {
    const error = explained(['Collecting x', 'ERROR: No matching distribution found for x==9']);
    expect(error.message).toContain('No matching distribution found for x==9');
  });

  it('says that the disk is full', () => {
    expect(explained(['error: write /x: No space left on device (os error 28)']).code).toBe(
      'docker-disk-full',
    );
  });

  it('leaves other errors as they are', () => {
    const other = new Error('aborted');
    expect(explainBuildFailure('x', [], other)).toBe(other);
  });
});
