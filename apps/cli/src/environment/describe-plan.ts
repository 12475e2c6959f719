import type { EnvironmentBuilderComponents } from '@aml/api-client';
import { formatSeconds } from '../output/humanize';

type EnvironmentPlan = EnvironmentBuilderComponents['schemas']['EnvironmentPlan'];

/** What would be done for an environment, in lines for people; null: the user's own Python. */
export function environmentLines(plan: EnvironmentPlan | null): readonly string[] {
  if (plan === null) return ['the Python that is there; nothing is built'];
  const lines = [
    plan.action === 'reuse'
      ? 'is there; nothing is built'
      : plan.action === 'build'
        ? 'would be built'
        : 'the Python that is there',
  ];
  lines.push(`identity ${plan.identity}`);
  for (const layer of plan.layers)
    lines.push(`${layer.present ? 'have ' : 'build'}  ${layer.name}: ${layer.reason}`);
  if (plan.cause !== null) lines.push(`because of ${plan.cause}`);
  if (plan.lastBuildSeconds !== null && plan.action === 'build')
    lines.push(`took ${formatSeconds(plan.lastBuildSeconds)} last time`);
  lines.push(...plan.warnings.map((warning) => `warning: ${warning}`));
  lines.push(
    ...plan.errors.map(
      (error) => `error: ${error.message}${error.hint === undefined ? '' : ` ${error.hint}`}`,
    ),
  );
  return lines;
}
