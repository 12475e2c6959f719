import type { CommandContext, CommandDefinition } from '../../command';
import type { CommandInput } from '../../command-input';
import { rewriteRunConfigOperand } from '../../submit/read-submit-input';
import { SUBMIT_OPTIONS, VALUE_OPTIONS } from './submit-options';

export const submitCommand: CommandDefinition = {
  path: ['experiment', 'submit'],
  summary: 'Run a script of the project on a compute target and follow it',
  details: [
    "The script's output appears as it is written, on the stream it was written to. Everything after the script belongs to the script.",
    'Exit code: 0 the script succeeded; 1 it failed; 2 usage or configuration; 3 target or environment; 4 not signed in;',
    '5 our fault; 130 interrupted, the run goes on. Ctrl-C asks whether to cancel the run or to leave it going.',
    '',
    'On `local` the Python is, in this order: pythonLocation, VIRTUAL_ENV, CONDA_PREFIX, python3, python of this shell.',
    'Left out of the snapshot: .git, .aml, outputs/, __pycache__, node_modules, virtual environments, and what .amlignore and',
    '.gitignore say (.amlignore wins; `!outputs/` in it takes outputs back in). `aml snapshot preview` shows it.',
  ].join('\n'),
  examples: [
    ['experiment submit -c local train.py --alpha 0.1', 'run train.py with an argument'],
    [
      'experiment submit -c docker --env LEVEL=2 --tag sweep=a train.py',
      'in a container, with a variable and a tag',
    ],
    ['experiment submit -t docker -c local train.py', 'the configuration `local` on the target `docker`'],
    ['experiment submit docker.runconfig', 'script and arguments from ArgumentVector'],
    ['experiment submit -c docker --plan train.py', 'what would happen, and why'],
    ['experiment submit -c local --detach -o json train.py', 'the run id for a script'],
  ],
  operands: [
    {
      name: '[script]',
      text: "script, from here or from the project's folder; none: ArgumentVector decides",
    },
    { name: '[arguments...]', text: 'arguments of the script, untouched' },
  ],
  options: SUBMIT_OPTIONS,
  passThrough: true,
  rewrite: (words) => rewriteRunConfigOperand(words, VALUE_OPTIONS),
  run: runSubmit,
};

/** Submits, then follows unless --detach or --plan was given. */
export async function runSubmit(input: CommandInput, context: CommandContext): Promise<number> {
  const { readSubmitInput } = await import('../../submit/read-submit-input');
  const request = readSubmitInput(input);
  if (input.flag('plan')) {
    const { planSubmit } = await import('../../submit/plan-submit');
    return planSubmit(context, request);
  }
  const { submitRun } = await import('../../submit/submit-run');
  const run = await submitRun(context, request);
  const { terminal, output } = context;
  if (input.flag('detach')) {
    const { printAccepted } = await import('../../submit/print-accepted');
    await printAccepted(terminal, output, run);
    return 0;
  }
  const again = run.repeated ? ' (submitted before with this key)' : '';
  terminal.err(
    `${terminal.errColors.dim(`run ${run.runId}${again} · follow it from elsewhere: aml experiment logs -r ${run.runId} --follow`)}\n`,
  );
  const { showRun } = await import('../../follow/show-run');
  return showRun(run.server, context, {
    runId: run.runId,
    states: terminal.errIsTerminal || input.flag('verbose'),
    owner: true,
  });
}
