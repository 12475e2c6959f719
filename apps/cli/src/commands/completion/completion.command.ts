import { AppError } from '@aml/errors';
import type { CommandDefinition } from '../../command';

export const completionCommand: CommandDefinition = {
  path: ['completion'],
  summary: 'Print what a shell reads to complete commands, options, configurations and run ids',
  examples: [
    ['completion bash', 'in ~/.bashrc: eval "$(aml completion bash)"'],
    ['completion zsh', 'in ~/.zshrc: eval "$(aml completion zsh)"'],
    ['completion fish', 'in config.fish: aml completion fish | source'],
  ],
  operands: [{ name: '<shell>', text: 'bash, zsh or fish' }],
  run: async (input, context) => {
    const { completionScript, SHELLS } = await import('../../completion/completion-script');
    const shell = SHELLS.find((each) => each === input.operands[0]);
    if (shell === undefined) {
      throw new AppError({
        code: 'shell-unknown',
        message: `there is no completion for \`${input.operands[0] ?? ''}\``,
        hint: `There is for ${SHELLS.join(', ')}.`,
        blame: 'user',
      });
    }
    context.terminal.out(completionScript(shell, context.settings.program));
  },
};
