import { unwrap, type EnvironmentBuilderComponents, type ServiceClients } from '@aml/api-client';
import { AppError } from '@aml/errors';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandContext } from '../command';
import { INTERRUPTED } from '../failure-exit-code';
import { afterCaret } from '../follow/ask-on-interrupt';
import { chunksOf } from '../server/answer-chunks';
import { formatSeconds } from '../output/humanize';
import { printFinding } from '../output/print-error';
import { printRecord } from '../output/print-records';
import type { Terminal } from '../output/terminal';
import { projectLineReader } from '../output/report-failure';
import { decisivePart } from '../snapshot/decisive-part';
import { environmentRequest, type EnvironmentChoice } from '../submit/environment-request';
import { prepareSubmit } from '../submit/submit-run';

type RequestState = EnvironmentBuilderComponents['schemas']['EnvironmentRequest'];

const WAIT_SECONDS = 20;
const PAUSE_MS = 50;

/** Asks for an environment, shows its build, and waits until it is ready. @returns the exit code. */
export async function prepareEnvironment(
  context: CommandContext,
  choice: EnvironmentChoice,
): Promise<number> {
  const { terminal, output } = context;
  const { server, body, root } = await prepareSubmit(context, environmentRequest(choice), (snapshot) =>
    decisivePart(snapshot),
  );
  const answer = await unwrap(
    server.configService.POST('/preparations', {
      body: {
        projectId: body.projectId,
        snapshotId: body.snapshotId,
        configuration: body.configuration,
        refreshBase: choice.refreshBase,
        client: body.client,
        ...(body.target === undefined ? {} : { target: body.target }),
        ...(body.framework === undefined ? {} : { framework: body.framework }),
      },
    }),
  );
  for (const finding of answer.findings) printFinding(terminal, finding, projectLineReader(root));
  if (answer.requestId === null) {
    const data = { state: 'ready', target: answer.target.name, identity: null, reused: true };
    await printRecord(terminal, output, data, [
      ['ready', `${answer.target.name} uses the Python that is there; there is nothing to prepare`],
    ]);
    return 0;
  }
  const interrupt = whenInterrupted(terminal);
  const state = await Promise.race([
    waitForEnvironment(server, context, answer.requestId),
    interrupt.failure,
  ]).finally(interrupt.stop);
  for (const warning of state.warnings) terminal.err(`${terminal.errColors.yellow('warning:')} ${warning}\n`);
  if (state.state === 'failed') {
    const error = state.error ?? {
      code: 'environment-failed',
      message: 'the environment could not be made',
      retryable: false,
      blame: 'target' as const,
    };
    throw AppError.fromData(error);
  }
  await printRecord(terminal, output, { ...state, target: answer.target.name }, [
    [
      'ready',
      state.reused ? 'it was there; nothing had to be built' : `built in ${formatSeconds(state.seconds)}`,
    ],
    ['environment', state.identity ?? ''],
    ['image', state.image ?? ''],
  ]);
  return 0;
}

/** Fails on Ctrl-C: what was asked for is made all the same, and will be there for others. */
function whenInterrupted(terminal: Terminal): {
  readonly failure: Promise<never>;
  readonly stop: () => void;
} {
  let interrupt: () => void = () => undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    interrupt = () => {
      afterCaret(terminal);
      const message = 'the environment is built all the same';
      const hint = 'The same command waits for it again.';
      reject(new AppError({ code: INTERRUPTED, message, hint, blame: 'user' }));
    };
  });
  process.once('SIGINT', interrupt);
  return { failure, stop: () => void process.off('SIGINT', interrupt) };
}

async function waitForEnvironment(
  server: ServiceClients,
  context: CommandContext,
  requestId: string,
): Promise<RequestState> {
  const { terminal } = context;
  let following: Promise<void> | undefined;
  for (let look = 0; ; look += 1) {
    const state = await unwrap(
      server.environmentBuilder.GET('/requests/{requestId}', {
        params: { path: { requestId }, query: { waitSeconds: WAIT_SECONDS } },
      }),
    );
    if (state.state === 'ready' || state.state === 'failed') {
      await Promise.race([following, delay(2000, undefined, { ref: false })]);
      return state;
    }
    if (state.buildId !== null && following === undefined) {
      terminal.err(`${terminal.errColors.dim('building the environment …')}\n`);
      following = showBuildLog(server, context, state.buildId);
    }
    // An answer may come as soon as a build has begun: do not ask without pause until it ends.
    await delay(look < 5 ? PAUSE_MS : 10 * PAUSE_MS);
  }
}

/** A build log that cannot be read is no reason to fail: the build goes on. */
async function showBuildLog(server: ServiceClients, context: CommandContext, buildId: string): Promise<void> {
  try {
    const response = await server.raw('environment-builder', `/builds/${buildId}/log?follow=true`);
    for await (const chunk of chunksOf(response)) context.terminal.err(chunk);
  } catch (error) {
    if (context.settings.debug)
      context.terminal.err(`the log of the build is lost: ${(error as Error).message}\n`);
  }
}
