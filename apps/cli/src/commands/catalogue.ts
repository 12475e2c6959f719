import type { CommandDefinition } from '../command';
import { submitCommand } from './experiment/submit.command';

export interface Group {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
}

/** The first words, in the order in which help lists them. */
export const GROUPS: readonly Group[] = [
  { name: 'experiment', aliases: ['experiments'], summary: 'submit, follow, cancel and clean up runs' },
];

/** Every command; those of a group in the order of its help. */
export const COMMANDS: readonly CommandDefinition[] = [submitCommand];
