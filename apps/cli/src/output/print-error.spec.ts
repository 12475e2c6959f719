import { AppError } from '@aml/errors';
import { describe, expect, it } from 'vitest';
import { failureExitCode } from '../failure-exit-code';
import { fakeTerminal } from './fake-terminal';
import { outputOptions } from './output-format';
import { printError, printFinding, type ShownFinding } from './print-error';

const finding: ShownFinding = {
  severity: 'error',
  code: 'not-indented',
  message: 'the entries of `EnvironmentVariables` are not indented',
  file: 'aml_config/local.runconfig',
  line: 3,
  column: 1,
  fix: 'EnvironmentVariables:\n  LEVEL: "2"',
  hint: 'Indent them.',
};
const readLine = (): string => 'LEVEL: "2"';

describe('a failure', () => {
  it('says what was wrong, why, and what to type next', () => {
    const terminal = fakeTerminal();
    const cause = new Error('connection refused');
    const error = new AppError({
      code: 'engine-away',
      message: 'no Docker engine answers',
      hint: 'Start it.',
      blame: 'target',
      cause,
    });
    printError(terminal, undefined, error, { findings: [], operationId: '1234', debug: false });
    expect(terminal.printedErr()).toBe(
      'error: no Docker engine answers\nbecause: connection refused\noperation: 1234\nnext: Start it.\n',
    );
  });

  it('shows the place in a file with an excerpt and the corrected text', () => {
    const terminal = fakeTerminal();
    const error = new AppError({ code: 'configuration-invalid', message: finding.message, blame: 'user' });
    printError(terminal, undefined, error, {
      findings: [finding],
      operationId: undefined,
      readLine,
      debug: false,
    });
    expect(terminal.printedErr()).toBe(
      [
        'error: aml_config/local.runconfig:3:1: the entries of `EnvironmentVariables` are not indented',
        '  3 | LEVEL: "2"',
        '    | ^',
        '  write it like this:',
        '    EnvironmentVariables:',
        '      LEVEL: "2"',
        '  next: Indent them.',
        '',
      ].join('\n'),
    );
  });

  it('does not repeat a password that stands in the line', () => {
    const terminal = fakeTerminal();
    const about = { ...finding, file: 'aml_config/vm.compute', fix: undefined, hint: undefined };
    for (const line of ['password: hunter2 # mine', '"apiKey" = x1y2', 'url: https://joe:hunter2@host/']) {
      printFinding(terminal, about, () => line);
    }
    expect(terminal.printedErr()).not.toMatch(/hunter2|x1y2/);
    printFinding(terminal, about, () => 'password: AzureMlSecret=1');
    expect(terminal.printedErr()).toContain('password: AzureMlSecret=1');
  });

  it('is data for programs that asked for JSON', () => {
    const terminal = fakeTerminal();
    const error = new AppError({ code: 'x', message: 'm', blame: 'user' });
    printError(terminal, outputOptions('json', undefined), error, {
      findings: [finding],
      operationId: undefined,
      debug: false,
    });
    expect(JSON.parse(terminal.printedErr())).toMatchObject({
      error: { code: 'x', message: 'm' },
      findings: [{ line: 3 }],
    });
  });

  it.each([
    ['user', 'x', 2],
    ['target', 'x', 3],
    ['us', 'x', 5],
    ['user', 'not-signed-in', 4],
    ['user', 'interrupted', 130],
  ] as const)('of blame %s and code %s ends the program with %i', (blame, code, exitCode) => {
    expect(failureExitCode(new AppError({ code, message: 'm', blame }))).toBe(exitCode);
  });
});
