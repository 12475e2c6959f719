import { unwrap, type ConfigServiceComponents, type EnvironmentBuilderComponents } from '@aml/api-client';
import type { CommandContext } from '../command';
import { formatBytes, count } from '../output/humanize';
import { printFinding } from '../output/print-error';
import { printRecord } from '../output/print-records';
import { projectLineReader } from '../output/report-failure';
import { environmentLines } from '../environment/describe-plan';
import { decisivePart } from '../snapshot/decisive-part';
import { missingFiles } from '../snapshot/send-snapshot';
import type { Snapshot } from '../snapshot/take-snapshot';
import { prepareSubmit, type PreparedSubmit } from './submit-run';
import type { SubmitRequest } from './submit-request';

type RunPlan = ConfigServiceComponents['schemas']['RunPlan'];
type EnvironmentPlan = EnvironmentBuilderComponents['schemas']['EnvironmentPlan'];

export interface SubmitPlan {
  readonly send: {
    readonly files: number;
    readonly bytes: number;
    readonly new_files: number;
    readonly new_bytes: number;
  };
  readonly run: RunPlan;
  readonly environment: EnvironmentPlan | null;
}

/** Prints what a submit would send, build and run, with reasons. Only small files of the project are sent; nothing is built or run. */
export async function planSubmit(context: CommandContext, request: SubmitRequest): Promise<number> {
  const { plan, root } = await makePlan(context, request);
  const readLine = projectLineReader(root);
  for (const finding of plan.run.findings) printFinding(context.terminal, finding, readLine);
  await printRecord(context.terminal, context.output, plan, planFields(plan));
  return plan.run.findings.some((finding) => finding.severity === 'error') ? 2 : 0;
}

/** What would happen, from the services that would do it. */
export async function makePlan(
  context: CommandContext,
  request: SubmitRequest,
  options: { readonly environmentOnly?: boolean } = {},
): Promise<{ readonly plan: SubmitPlan; readonly root: string }> {
  let whole: Snapshot | undefined;
  const prepared = await prepareSubmit(context, request, (snapshot) => {
    whole = snapshot;
    return decisivePart(snapshot, request.script);
  });
  const { server, body, root } = prepared;
  const asked = { ...body, environmentOnly: options.environmentOnly ?? false };
  const run = await unwrap(server.configService.POST('/runs/plan', { body: asked }));
  const environment =
    run.environment === null
      ? null
      : await unwrap(
          server.environmentBuilder.POST('/plans', {
            body: {
              inputs: run.environment,
              engine: 'local',
              projectName: run.projectName,
              refreshBase: request.refreshBase,
            },
          }),
        );
  return { plan: { send: await describeSend(prepared, whole), run, environment }, root };
}

async function describeSend(
  prepared: PreparedSubmit,
  whole: Snapshot | undefined,
): Promise<SubmitPlan['send']> {
  const { server, sent } = prepared;
  const snapshot = whole ?? sent.snapshot;
  const missing = await missingFiles(server, snapshot);
  const missingBytes = missing.reduce((sum, file) => sum + file.size, 0);
  return {
    files: snapshot.files,
    bytes: snapshot.bytes,
    // What the plan itself has sent would have been new to a submit.
    new_files: missing.length + sent.sentFiles,
    new_bytes: missingBytes + sent.sentBytes,
  };
}

function planFields(plan: SubmitPlan): readonly (readonly [string, string])[] {
  const { send, run } = plan;
  const limit = run.timeLimitSeconds;
  return [
    [
      'send',
      `${count(send.files, 'file')}, ${formatBytes(send.bytes)}; new: ${count(send.new_files, 'file')}, ${formatBytes(send.new_bytes)}`,
    ],
    ['target', `${run.target.name} (${run.target.kind})`],
    ['environment', environmentLines(plan.environment).join('\n')],
    ['run', [run.script, ...run.arguments].join(' ')],
    ['framework', run.framework],
    [
      'variables',
      Object.entries(run.environmentVariables)
        .map(([name, value]) => `${name}=${value}`)
        .join('\n'),
    ],
    ['record', run.tracked ? 'kept' : 'not kept: TrackedRun is false'],
    ['time limit', limit === null ? '' : `${limit} s`],
    ['reasons', run.reasons.join('\n')],
  ];
}
