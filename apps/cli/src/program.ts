import { AppError } from '@aml/errors';
import { Command, CommanderError, Option } from 'commander';
import type { CommandContext, CommandDefinition } from './command';
import { CommandInput } from './command-input';
import { COMMANDS, GROUPS } from './commands/catalogue';
import { OUTPUT_FORMATS, outputOptions, type OutputOptions } from './output/output-format';
import { CLI_VERSION } from './version';

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'text'; readonly text: string; readonly exitCode: number }
  | {
      readonly kind: 'command';
      readonly definition: CommandDefinition;
      readonly input: CommandInput;
      readonly output: OutputOptions;
      readonly debug: boolean;
    };

export interface ProgramOptions {
  /** The name shown in help: `aml`, or `az ml`. */
  readonly program: string;
  /** Columns for help. */
  readonly columns: number;
}

/**
 * Reads the words after the program's name. Help and version come back as text.
 * @throws AppError `usage` (blame: user) for words that make no command, with what was probably meant.
 */
export function readCommandLine(words: readonly string[], options: ProgramOptions): Request {
  const result: { request?: Request; printed: string } = { printed: '' };
  const program = buildProgram(firstWord(words), options, (request) => (result.request = request));
  configure(program, options.columns, (text) => (result.printed += text));
  try {
    program.parse(rewriteWords(words), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.help') return { kind: 'text', text: result.printed, exitCode: 2 };
    if (error.exitCode === 0) return { kind: 'text', text: result.printed, exitCode: 0 };
    throw usageError(error.message, options.program, words);
  }
  return result.request ?? { kind: 'text', text: result.printed, exitCode: 0 };
}

/** Spellings of the old service that no option parser reads: `ml` in front, `-ap` with two letters. */
export function rewriteWords(words: readonly string[]): readonly string[] {
  const rest = words[0] === 'ml' ? words.slice(1) : words;
  const definition = findDefinition(rest);
  if (definition?.rewrite === undefined) return rest;
  const start = rest.findIndex((word) => isName(definition, word)) + 1;
  return [...rest.slice(0, start), ...definition.rewrite(rest.slice(start))];
}

/** The command that the words lead to; undefined: none of ours. */
export function findDefinition(words: readonly string[]): CommandDefinition | undefined {
  const [group, verb] = words.filter((word) => !word.startsWith('-'));
  const groupName = GROUPS.find((each) => each.name === group || each.aliases?.includes(group ?? ''))?.name;
  return COMMANDS.find((each) =>
    each.path.length === 1
      ? each.path[0] === group
      : each.path[0] === groupName && verb !== undefined && isName(each, verb),
  );
}

function isName(definition: CommandDefinition, word: string): boolean {
  return definition.path.at(-1) === word || (definition.aliases?.includes(word) ?? false);
}

function firstWord(words: readonly string[]): string | undefined {
  return words.find((word) => !word.startsWith('-') && word !== 'ml' && word !== 'help');
}

function buildProgram(
  first: string | undefined,
  options: ProgramOptions,
  found: (request: Request) => void,
): Command {
  const program = new Command(options.program)
    .description(
      'Runs experiments on any compute target, each in its own environment, and keeps a complete record of every run.',
    )
    .version(CLI_VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .addOption(new Option('--debug', 'say more about failures'))
    .enablePositionalOptions()
    .helpCommand('help [command]', 'Show help of a command')
    .addHelpText('after', examplesText(options.program, ROOT_EXAMPLES));
  for (const group of GROUPS) {
    const members = COMMANDS.filter((each) => each.path[0] === group.name);
    const single = members.find((each) => each.path.length === 1);
    if (single) {
      program.addCommand(leaf(single, options.program, found).summary(group.summary));
      continue;
    }
    const command = new Command(group.name).description(group.summary).helpOption('-h, --help', 'show help');
    command
      .aliases([...(group.aliases ?? [])])
      .enablePositionalOptions()
      .helpCommand(false);
    if (first !== undefined && (first === group.name || group.aliases?.includes(first))) {
      for (const member of members) command.addCommand(leaf(member, options.program, found));
      const examples = members.flatMap((member) => member.examples.slice(0, 1));
      command.addHelpText('after', examplesText(options.program, examples));
    } else {
      command.allowUnknownOption();
    }
    program.addCommand(command);
  }
  return program;
}

function leaf(definition: CommandDefinition, program: string, found: (request: Request) => void): Command {
  const command = new Command(definition.path.at(-1)).summary(definition.summary);
  const details = definition.details === undefined ? '' : `\n\n${definition.details}`;
  command.description(`${definition.summary}.${details}`).helpOption('-h, --help', 'show help');
  if (definition.aliases) command.aliases([...definition.aliases]);
  for (const operand of definition.operands ?? []) command.argument(operand.name, operand.text);
  for (const each of definition.options ?? []) {
    const option = new Option(each.flags, each.text).hideHelp(each.hidden ?? false);
    if (each.many)
      option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
    if (each.needed) option.makeOptionMandatory();
    command.addOption(option);
  }
  command.addOption(
    new Option('-o, --output <format>', `${OUTPUT_FORMATS.join(', ')} (default: table; json with --query)`),
  );
  command.addOption(new Option('--query <jmespath>', 'the part of the result to print'));
  command.addOption(new Option('--debug', 'say more about failures'));
  if (definition.passThrough) command.passThroughOptions();
  command.addHelpText('after', examplesText(program, definition.examples));
  command.action(() => {
    const values = command.opts<Record<string, unknown>>();
    found({
      kind: 'command',
      definition,
      input: new CommandInput(command.args, values),
      output: outputOptions(asText(values['output']), asText(values['query'])),
      debug: values['debug'] === true || command.parent?.opts()['debug'] === true,
    });
  });
  return command;
}

/** Makes commander return instead of ending the process, in every command of the tree. */
function configure(command: Command, columns: number, print: (text: string) => void): void {
  command.exitOverride().configureOutput({
    writeOut: print,
    writeErr: print,
    outputError: () => undefined,
    getOutHelpWidth: () => Math.min(columns, 120),
    getErrHelpWidth: () => Math.min(columns, 120),
  });
  command.configureHelp({ subcommandTerm: (each) => each.name() });
  for (const child of command.commands) configure(child, columns, print);
}

function usageError(message: string, program: string, words: readonly string[]): AppError {
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  const suggestion = rest.join(' ').replace(/^\(|\)$/g, '');
  const definition = findDefinition(words[0] === 'ml' ? words.slice(1) : words);
  const group = firstWord(words);
  const known = GROUPS.some((each) => each.name === group || each.aliases?.includes(group ?? ''));
  const help = [program, ...(definition?.path ?? (known && group ? [group] : [])), '--help'].join(' ');
  return new AppError({
    code: 'usage',
    message: first,
    hint: [suggestion, `\`${help}\` shows what can be typed.`].filter((part) => part !== '').join(' '),
    blame: 'user',
  });
}

function examplesText(program: string, examples: CommandDefinition['examples']): string {
  if (examples.length === 0) return '';
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, effect]) =>
    width > 70
      ? `  ${program} ${command}\n      ${effect}`
      : `  ${program} ${command.padEnd(width)}   ${effect}`,
  );
  return `\nExamples:\n${lines.join('\n')}\n`;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

const ROOT_EXAMPLES: CommandDefinition['examples'] = [
  ['project create -n iris', 'a project with the configurations `local` and `docker`'],
  ['experiment submit -c local train.py --alpha 0.1', 'run a script on this machine and follow it'],
  ['experiment submit -c docker train.py', 'the same in a container with its own environment'],
  ['history list', 'the runs of this project'],
  ['history compare -r RUN_A -r RUN_B', 'what differs between two runs'],
];

/** Runs what was asked for. */
export async function runRequest(
  request: Extract<Request, { kind: 'command' }>,
  context: CommandContext,
): Promise<number> {
  return (await request.definition.run(request.input, context)) ?? 0;
}
