import type { ServerConnection } from './server/connect-server';
import type { CommandInput } from './command-input';
import type { OutputOptions } from './output/output-format';
import type { Terminal } from './output/terminal';
import type { CliSettings } from './settings';

/** What a command may use; made once by `main.ts`. */
export interface CommandContext {
  readonly settings: CliSettings;
  readonly terminal: Terminal;
  readonly output: OutputOptions;
  /** The services, started when they are not there. */
  readonly connect: () => Promise<ServerConnection>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface OptionDefinition {
  /** In commander's spelling: `-c, --run-configuration <name>`. */
  readonly flags: string;
  readonly text: string;
  /** May be given more than once; the values make a list. */
  readonly many?: boolean;
  /** Accepted, not shown in the help: other spellings of an option. */
  readonly hidden?: boolean;
  /** Must be given. */
  readonly needed?: boolean;
}

export interface OperandDefinition {
  /** In commander's spelling: `[script]`, `<path>`, `[arguments...]`. */
  readonly name: string;
  readonly text: string;
}

/** A command: the words that lead to it, what it takes, what it does. Parses, calls one use case, prints. */
export interface CommandDefinition {
  /** `['experiment', 'submit']`. */
  readonly path: readonly string[];
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** Shown under the usage. */
  readonly details?: string;
  /** `[what is typed after the program's name, what it does]`. */
  readonly examples: readonly (readonly [command: string, effect: string])[];
  readonly operands?: readonly OperandDefinition[];
  readonly options?: readonly OptionDefinition[];
  /** Everything after the first operand belongs to the script, also what looks like an option. Default: false. */
  readonly passThrough?: boolean;
  /** Other spellings of the words that follow the command, rewritten before they are parsed. */
  readonly rewrite?: (words: readonly string[]) => readonly string[];
  /** @returns the exit code; nothing: 0. */
  readonly run: (input: CommandInput, context: CommandContext) => Promise<number | void>;
}
