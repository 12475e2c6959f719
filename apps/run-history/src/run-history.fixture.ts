import {
  runFinishedV1,
  runRequestedV1,
  runStateChangedV1,
  type EventData,
  type RunSpecification,
} from '@aml/contracts';
import type { RunState } from '@aml/run-model';
import { parseSettings } from '@aml/service-kit';
import { aRunFinished, aRunSpecification, ServiceBench, type ServiceBenchOptions } from '@aml/testing';
import { RunHistoryModule, RunHistorySettings } from './app.module';

/** This service by itself. */
export function startRunHistory(options: Partial<ServiceBenchOptions> = {}): Promise<ServiceBench> {
  const { settings } = parseSettings({ settings: RunHistorySettings }, {});
  return ServiceBench.start({
    name: 'run-history',
    module: RunHistoryModule,
    register: (platform) => RunHistoryModule.register(platform, settings),
    ...options,
  });
}

/** A run whose record has begun. */
export async function aRecordedRun(
  bench: ServiceBench,
  given: Parameters<typeof aRunSpecification>[0] = {},
): Promise<RunSpecification> {
  const specification = aRunSpecification(given);
  await bench.publish(runRequestedV1, { specification });
  return specification;
}

export async function changeState(bench: ServiceBench, runId: string, from: RunState, to: RunState) {
  const at = new Date().toISOString();
  await bench.publish(runStateChangedV1, { runId, from, to, at, why: { reason: `now ${to}` } });
}

export async function finish(
  bench: ServiceBench,
  runId: string,
  given: Partial<EventData<typeof runFinishedV1>> = {},
): Promise<void> {
  const finished = aRunFinished({
    runId,
    from: 'Finalizing',
    why: { reason: 'exit code 0', evidence: 'exit-record' },
    scriptStartedAt: '2024-01-01T00:00:01.000Z',
    scriptEndedAt: '2024-01-01T00:00:03.500Z',
    durationSeconds: 2.5,
    ...given,
  });
  await bench.publish(runFinishedV1, finished);
}

/** Bytes as an executor sends them. @returns status and body of the answer. */
export async function append(
  bench: ServiceBench,
  runId: string,
  offset: number,
  text: string,
  { stream = 'stdout', fence = 1, masked = 0 } = {},
): Promise<{ status: number; code?: string; size?: number }> {
  const path = `/runs/${encodeURIComponent(runId)}/logs/${stream}/${offset}?fence=${fence}&masked=${masked}`;
  const response = await bench.request(path, {
    method: 'PUT',
    body: text,
    headers: { 'content-type': 'application/octet-stream' },
  });
  const body = (await response.json()) as { size?: number; title?: string };
  return {
    status: response.status,
    ...(body.size === undefined ? {} : { size: body.size }),
    ...(body.title === undefined ? {} : { code: body.title }),
  };
}
