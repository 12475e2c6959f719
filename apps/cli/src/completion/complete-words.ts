import type { CommandDefinition } from '../command';
import type { Group } from '../commands/catalogue';
import { OUTPUT_FORMATS } from '../output/output-format';

/** Names that only the project or the services know. */
export interface CompletionSource {
  readonly configurations: () => readonly string[];
  readonly targets: () => readonly string[];
  readonly runs: () => readonly string[];
}

/** What may follow: candidates, and whether names of files fit too. */
export interface Completion {
  readonly words: readonly string[];
  readonly files: boolean;
}

const GLOBAL_OPTIONS = ['--output', '--query', '--debug', '--help'];
const STATES = ['Queued', 'Running', 'Completed', 'Failed', 'Canceled'];

/** Candidates for the last of `words`, which may be empty or begun. */
export function completeWords(
  words: readonly string[],
  catalogue: { readonly commands: readonly CommandDefinition[]; readonly groups: readonly Group[] },
  source: CompletionSource,
): Completion {
  const typed = (words[0] === 'ml' && words.length > 1 ? words.slice(1) : words)
    .reduce<string[]>(asTyped, [])
    .flatMap((word) => /^(--[^=]+)=(.*)$/s.exec(word)?.slice(1) ?? [word]);
  const current = typed.at(-1) ?? '';
  const { words: candidates, files } = candidatesAfter(typed.slice(0, -1), current, catalogue, source);
  // Other shells replace the whole word `--option=begun`, bash what stands after the `=`.
  const [option] = /^--[^=]+=/.exec(words.at(-1) ?? '') ?? [''];
  return {
    words: candidates.filter((each) => each.startsWith(current)).map((each) => option + each),
    files,
  };
}

/** bash gives `--option=begun` as three words. */
function asTyped(before: string[], word: string): string[] {
  const last = before.at(-1);
  if (last === undefined || (word !== '=' && !last.endsWith('='))) return [...before, word];
  return [...before.slice(0, -1), last + word];
}

function candidatesAfter(
  before: readonly string[],
  current: string,
  catalogue: { readonly commands: readonly CommandDefinition[]; readonly groups: readonly Group[] },
  source: CompletionSource,
): Completion {
  const [first, second] = before;
  if (first === undefined)
    return words([...catalogue.groups.map((group) => group.name), '--help', '--version']);
  const group = catalogue.groups.find((each) => each.name === first || each.aliases?.includes(first));
  if (group === undefined) return words([]);
  const members = catalogue.commands.filter((each) => each.path[0] === group.name);
  const single = members.find((each) => each.path.length === 1);
  if (single === undefined && second === undefined) return words(members.map((each) => each.path[1] ?? ''));
  const command =
    single ?? members.find((each) => each.path[1] === second || each.aliases?.includes(second ?? ''));
  if (command === undefined) return words([]);
  return candidatesOf(command, before.slice(command.path.length), current, source);
}

function candidatesOf(
  command: CommandDefinition,
  rest: readonly string[],
  current: string,
  source: CompletionSource,
): Completion {
  const option = rest.at(-1);
  const valued = option === undefined ? undefined : valuesOf(command, option, source);
  if (valued !== undefined) return valued;
  const operands = operandsIn(command, rest);
  if (command.passThrough && operands > 0) return { words: [], files: true };
  if (current.startsWith('-')) {
    const own = (command.options ?? [])
      .filter((each) => !each.hidden)
      .flatMap((each) => longNames(each.flags));
    return words([...own, ...GLOBAL_OPTIONS]);
  }
  const operand = command.operands?.[Math.min(operands, (command.operands.length || 1) - 1)]?.name ?? '';
  if (command.path[0] === 'computetarget' && command.path[1] === 'attach') return words(['local', 'docker']);
  if (command.path[0] === 'computetarget') return words(source.targets());
  if (command.path[0] === 'runconfiguration' && operand.includes('name'))
    return words(source.configurations());
  if (operand.includes('runs')) return words(source.runs());
  if (operand.includes('shell')) return words(['bash', 'zsh', 'fish']);
  return { words: [], files: operand.includes('script') || operand.includes('path') };
}

/** Candidates for the value of an option; undefined: the word is no option that takes one. */
function valuesOf(
  command: CommandDefinition,
  option: string,
  source: CompletionSource,
): Completion | undefined {
  if (option === '-o' || option === '--output') return words(OUTPUT_FORMATS);
  if (option === '--query') return words([]);
  const flags = (command.options ?? []).find((each) => each.flags.split(/[ ,]+/).includes(option))?.flags;
  if (flags === undefined || !flags.includes('<'))
    return option === '-ap' ? { words: [], files: false } : undefined;
  if (flags.includes('--run-configuration')) return words(source.configurations());
  if (flags.includes('--target')) return words(source.targets());
  if (flags.includes('<run_id>')) return words(source.runs());
  if (flags.includes('--framework')) return words(['Python', 'PySpark']);
  if (flags.includes('--status')) return words(STATES);
  if (flags.includes('--stream')) return words(['stdout', 'stderr', 'build', 'driver', 'control']);
  if (flags.includes('--type')) return words(['local', 'docker']);
  if (flags.includes('--template')) return words(['python', 'scikit-learn']);
  return { words: [], files: /<(folder|path|program)>/.test(flags) };
}

/** How many operands stand among the words. */
function operandsIn(command: CommandDefinition, rest: readonly string[]): number {
  let operands = 0;
  for (let index = 0; index < rest.length; index += 1) {
    const word = rest[index] ?? '';
    if (!word.startsWith('-')) operands += 1;
    else if (takesValue(command, word)) index += 1;
  }
  return operands;
}

function takesValue(command: CommandDefinition, word: string): boolean {
  if (['-o', '--output', '--query'].includes(word)) return true;
  return (command.options ?? []).some(
    (each) => each.flags.split(/[ ,]+/).includes(word) && each.flags.includes('<'),
  );
}

function longNames(flags: string): readonly string[] {
  return flags.split(/[ ,]+/).filter((word) => word.startsWith('--'));
}

function words(list: readonly string[]): Completion {
  return { words: list, files: false };
}
