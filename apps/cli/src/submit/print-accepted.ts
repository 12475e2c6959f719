import type { OutputOptions } from '../output/output-format';
import { printData } from '../output/print-records';
import type { Terminal } from '../output/terminal';
import type { AcceptedRun } from './submit-run';

/** Prints what `--detach` leaves: the bare run id, or a record for programs. */
export async function printAccepted(
  terminal: Terminal,
  output: OutputOptions,
  run: AcceptedRun,
): Promise<void> {
  if (output.query === undefined && (output.format === 'table' || output.format === 'tsv')) {
    terminal.out(`${run.runId}\n`);
    terminal.err(`${terminal.errColors.dim(`follow it: aml experiment logs -r ${run.runId} --follow`)}\n`);
    return;
  }
  const data = {
    run_id: run.runId,
    run_number: run.runNumber,
    repeated: run.repeated,
    target: run.specification.target.name,
    script_name: run.specification.script,
  };
  if (output.query === undefined) return printData(terminal, output, data);
  const { applyQuery } = await import('../output/apply-query');
  await printData(terminal, output, applyQuery(data, output.query));
}
