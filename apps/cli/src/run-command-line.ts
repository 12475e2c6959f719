import { toAppError, type AppError } from '@aml/errors';
import type { CommandContext } from './command';
import { COMPLETE_WORD } from './completion/completion-script';
import { failureExitCode } from './failure-exit-code';
import type { OutputOptions } from './output/output-format';
import { processTerminal, type Terminal } from './output/terminal';
import { readCommandLine, runRequest } from './program';
import { readSettings } from './settings';

/** Reads the command line, runs the command, prints what went wrong. @returns the exit code. */
export async function runCommandLine(): Promise<number> {
  const settings = readSettings();
  const terminal = processTerminal(settings.color);
  let output: OutputOptions | undefined = outputAskedFor(process.argv);
  let debug = settings.debug;
  try {
    const words = process.argv.slice(2);
    if (words[0] === COMPLETE_WORD) {
      const { printCompletions } = await import('./completion/print-completions');
      printCompletions(terminal, settings, words.slice(1));
      return 0;
    }
    const program = settings.program === 'az' ? 'az ml' : words[0] === 'ml' ? 'aml ml' : 'aml';
    const request = readCommandLine(words, { program, columns: terminal.columns });
    if (request.kind === 'text') {
      (request.exitCode === 0 ? terminal.out : terminal.err)(request.text);
      return request.exitCode;
    }
    output = request.output;
    debug = request.debug || settings.debug;
    const context: CommandContext = {
      settings: { ...settings, debug },
      terminal,
      output: request.output,
      connect: async () => (await import('./server/connect-server')).connectServer(settings, terminal),
      now: () => Date.now(),
    };
    return await runRequest(request, context);
  } catch (thrown) {
    return fail(toAppError(thrown), terminal, output, debug);
  }
}

async function fail(
  error: AppError,
  terminal: Terminal,
  output: OutputOptions | undefined,
  debug: boolean,
): Promise<number> {
  const { reportFailure } = await import('./output/report-failure');
  reportFailure(error, { terminal, output, debug, cwd: process.cwd() });
  return failureExitCode(error);
}

/** The format for errors found before the options are parsed. */
function outputAskedFor(words: readonly string[]): OutputOptions | undefined {
  const at = words.findIndex((word) => word === '-o' || word === '--output');
  return at > 0 && words[at + 1] === 'json' ? { format: 'json', query: undefined } : undefined;
}
