import type { CommandContext } from '../command';
import { printFinding } from '../output/print-error';
import { printRecord } from '../output/print-records';
import { projectLineReader } from '../output/report-failure';
import { environmentRequest, type EnvironmentChoice } from '../submit/environment-request';
import { makePlan } from '../submit/plan-submit';
import { environmentLines } from './describe-plan';

/** Findings about the script that is not there. */
const ABOUT_SCRIPTS: ReadonlySet<string> = new Set(['argument-vector-replaced', 'script-empty']);

/** Prints the plan of an environment. @returns 3 where it cannot be made, else 0. */
export async function planEnvironment(context: CommandContext, choice: EnvironmentChoice): Promise<number> {
  const { plan, root } = await makePlan(context, environmentRequest(choice), { environmentOnly: true });
  const readLine = projectLineReader(root);
  const findings = plan.run.findings.filter((finding) => !ABOUT_SCRIPTS.has(finding.code));
  for (const finding of findings) printFinding(context.terminal, finding, readLine);
  const data = plan.environment ?? { action: 'user-managed', target: plan.run.target.name };
  await printRecord(context.terminal, context.output, data, [
    ['target', `${plan.run.target.name} (${plan.run.target.kind})`],
    ['environment', environmentLines(plan.environment).join('\n')],
  ]);
  return (plan.environment?.errors.length ?? 0) > 0 ? 3 : 0;
}
