import type { CommandDefinition } from '../../command';
import { submitCommand } from '../experiment/submit.command';

/** An early spelling of `experiment submit`. */
export const executeStartCommand: CommandDefinition = {
  ...submitCommand,
  path: ['execute', 'start'],
  summary: 'The same as `experiment submit`, in an early spelling',
  examples: [['execute start -c local train.py', 'run a script and follow it']],
};
