import { COMMANDS, GROUPS } from '../commands/catalogue';
import type { Terminal } from '../output/terminal';
import type { CliSettings } from '../settings';
import { completeWords } from './complete-words';
import { FILES_MARK } from './completion-script';
import { completionSource } from './completion-source';

/** Answers a shell that asks what may follow; a line for each candidate. */
export function printCompletions(terminal: Terminal, settings: CliSettings, words: readonly string[]): void {
  const found = completeWords(words, { commands: COMMANDS, groups: GROUPS }, completionSource(settings));
  const lines = found.files ? [...found.words, FILES_MARK] : found.words;
  terminal.out(lines.map((line) => `${line}\n`).join(''));
}
