import { row, type Benchmark } from './benchmark';
import { callEngine } from './engine-api';
import { interleave, timed, timeProgram } from './measure';
import { aml, Services } from './surroundings';

interface Ready {
  readonly state: string;
  readonly seconds: number;
  readonly reused: boolean;
  readonly image: string;
}

interface RunRecord {
  readonly specification: {
    readonly projectId: string;
    readonly snapshot: { readonly id: string };
    readonly client: object;
  };
}

/** An environment that is there already: how soon this is decided, by the service, over HTTP, and for a whole command. */
export const environmentHit: Benchmark = {
  topic: 'environment-hit',
  run: async ({ journey, project, shell, repetitions }) => {
    const { image } = await project.json<Ready>('experiment', 'prepare', '-c', 'docker');
    const inspect = (): Promise<number> => timed(() => callEngine('GET', `/images/${image}/json`));
    const services = new Services(journey);
    await project.succeed('experiment', 'submit', '-c', 'docker', 'hello.py');
    const { specification } = await project.json<RunRecord>('history', 'last');
    const decided: number[] = [];
    const body = {
      projectId: specification.projectId,
      snapshotId: specification.snapshot.id,
      configuration: 'docker',
      client: specification.client,
    };
    const ask = async (): Promise<void> => {
      const { requestId } = await services.post<{ requestId: string }>('/config-service/preparations', body);
      const answer = await services.get<Ready>(`/environment-builder/requests/${requestId}?waitSeconds=20`);
      if (answer.state !== 'ready' || !answer.reused) throw new Error(`no hit: ${JSON.stringify(answer)}`);
      decided.push(answer.seconds * 1000);
    };
    const http = await interleave(repetitions, { ours: () => timed(ask), bare: inspect });
    const command = await interleave(repetitions, {
      ours: () =>
        timeProgram([aml, 'experiment', 'prepare', '-c', 'docker'], { cwd: project.path, env: shell }),
      bare: inspect,
    });
    const beside = 'engine API: inspect the image';
    return [
      row({
        what: 'environment decided on a hit, in the service',
        unit: 'ms',
        beside,
        ours: decided.slice(-repetitions),
        bare: http.bare,
        bar: { under: 200 },
      }),
      row({
        what: 'the same, request to answer over HTTP',
        unit: 'ms',
        beside,
        ...http,
        bar: { under: 200 },
      }),
      row({ what: 'the same, all of `aml experiment prepare`', unit: 'ms', beside, ...command }),
    ];
  },
};
