import { environmentRequestedV1, runRequestedV1 } from '@aml/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigBench, PROJECT } from '../config-service.fixture';

describe('submitting a run', () => {
  let bench: ConfigBench;
  let snapshotId: string;

  beforeAll(async () => {
    bench = await ConfigBench.start();
    snapshotId = await bench.snapshot();
  });

  afterAll(() => bench.service.close());

  const announced = async (projectId: string) => {
    const events = await bench.service.published(runRequestedV1);
    return events.flatMap(({ specification }) =>
      specification.projectId === projectId ? [specification] : [],
    );
  };

  it('answers with its id and number, and announces one complete specification', async () => {
    const projectId = await bench.project('Iris');
    const { data } = await bench.submit({
      projectId,
      snapshotId,
      arguments: ['--alpha', '0.1'],
      tags: { a: 'b' },
    });
    expect(data).toMatchObject({ runNumber: 1, repeated: false });
    expect(data?.runId).toMatch(/^Iris_\d{13}$/);
    const [specification] = await announced(projectId);
    expect(specification).toEqual(data?.specification);
    expect(specification).toMatchObject({
      runId: data?.runId,
      script: 'train.py',
      arguments: ['--alpha', '0.1'],
      userId: 'tester',
      target: { name: 'local', kind: 'local-python' },
      tags: { a: 'b' },
      snapshot: { id: snapshotId, files: 3 },
    });
  });

  it('with the same key gives the same run, also at the same time, and numbers without a gap', async () => {
    const projectId = await bench.project('Keys');
    const once = { projectId, snapshotId, idempotencyKey: 'once' };
    const answers = await Promise.all([...Array(8).keys()].map(() => bench.submit(once)));
    expect(new Set(answers.map(({ data }) => data?.runId)).size).toBe(1);
    expect(answers.filter(({ data }) => data?.repeated === false)).toHaveLength(1);
    expect((await bench.submit({ ...once, arguments: ['other'] })).data).toMatchObject({
      repeated: true,
      runNumber: 1,
    });
    expect((await bench.submit({ projectId, snapshotId })).data?.runNumber).toBe(2);
    expect(await announced(projectId)).toHaveLength(2);
  });

  it('accepts 300 at once: none lost, none doubled, each with a number and a millisecond of its own', async () => {
    const projectId = await bench.project('Many');
    const answers = await Promise.all(
      [...Array(300).keys()].map((index) =>
        bench.submit({ projectId, snapshotId, arguments: [String(index)], idempotencyKey: `key ${index}` }),
      ),
    );
    answers.forEach(({ data }, index) => expect(data?.specification.arguments).toEqual([String(index)]));
    expect(new Set(answers.map(({ data }) => data?.runId)).size).toBe(300);
    const numbers = answers.map(({ data }) => data?.runNumber ?? 0).sort((a, b) => a - b);
    expect(numbers).toEqual([...Array(300).keys()].map((index) => index + 1));
    expect((await announced(projectId)).map(({ runId }) => runId).sort()).toEqual(
      answers.map(({ data }) => data?.runId).sort(),
    );
  });

  it('tells each of those accepted together how far readers must have got', async () => {
    const projectId = await bench.project('Positions');
    const body = JSON.stringify({
      projectId,
      snapshotId,
      configuration: 'local',
      client: { machine: 'm', user: 'u', interpreter: null, environment: {} },
    });
    const headers = { 'content-type': 'application/json' };
    const responses = await Promise.all(
      [1, 2, 3, 4].map(() => bench.service.request('/runs', { method: 'POST', body, headers })),
    );
    for (const response of responses) expect(response.headers.get('x-aml-position')).toMatch(/^run\/\d\/\d+/);
  });

  it('gives runs the next free millisecond where another workspace has a project of the same name', async () => {
    const projectId = await bench.project('Twin');
    const { data } = await bench.submit({ projectId, snapshotId });
    const millis = Number(data?.runId.split('_')[1]);
    await bench.service.query('UPDATE project SET last_millis = $2 WHERE id = $1', [projectId, millis - 1]);
    expect((await bench.submit({ projectId, snapshotId })).data?.runId).not.toBe(data?.runId);
  });

  it('says what is wrong with file, line and the corrected text, and starts nothing', async () => {
    const projectId = await bench.project('Wrong');
    const broken = await bench.snapshot({
      ...PROJECT,
      'aml_config/local.runconfig':
        'ArgumentVector:\n- "train.py"\nTarget: "local"\nEnvironmentVariables:\n"A": "b"\n',
    });
    const { error, response } = await bench.submit({ projectId, snapshotId: broken });
    expect(response.status).toBe(400);
    expect(error?.findings?.[0]).toMatchObject({
      severity: 'error',
      file: 'aml_config/local.runconfig',
      line: expect.any(Number) as number,
      fix: expect.stringContaining('A') as string,
    });
    expect(await announced(projectId)).toEqual([]);
  });

  it.each([
    ['a configuration that there is not', { configuration: 'nope' }],
    ['a script that there is not', { script: 'trian.py' }],
    ['a target that there is not', { target: 'cluster' }],
  ])('refuses %s with one that there is', async (_, wrong) => {
    const projectId = await bench.project('Wrong');
    const { error, response } = await bench.submit({ projectId, snapshotId, ...wrong });
    expect(response.status).toBe(400);
    expect(`${error?.detail} ${error?.error.hint}`).toMatch(/local|train\.py/);
  });

  it('refuses a snapshot or a project that is not known', async () => {
    const projectId = await bench.project('Iris');
    const unknown = await bench.submit({ projectId, snapshotId: 'f'.repeat(64) });
    expect(unknown.error).toMatchObject({ title: 'snapshot-unknown', status: 404 });
    const nobody = '00000000-0000-4000-8000-00000000dead';
    const stranger = await bench.submit({ projectId: nobody, snapshotId });
    expect(stranger.error).toMatchObject({ title: 'project-unknown', status: 404 });
  });

  it('keeps texts that the database cannot hold from failing it', async () => {
    const projectId = await bench.project('Texts');
    const { data } = await bench.submit({ projectId, snapshotId, tags: { 'a\0': 'b\ud800' } });
    expect(data?.runNumber).toBe(1);
  });

  it('can be planned without being done', async () => {
    const projectId = await bench.project('Planned');
    const { data } = await bench.service.clients.configService.POST('/runs/plan', {
      body: {
        projectId,
        snapshotId,
        configuration: 'local',
        client: { machine: 'm', user: 'u', interpreter: null, environment: {} },
      },
    });
    expect(data?.reasons.join('\n')).toContain('pythonLocation of aml_config/local.compute');
    expect(await announced(projectId)).toEqual([]);
  });

  it('is refused for a script that is not there, also one called prepare-only', async () => {
    const projectId = await bench.project('Named');
    const { error } = await bench.submit({ projectId, snapshotId, script: 'prepare-only' });
    expect(error).toMatchObject({ title: 'script-not-found', status: 400 });
    expect(await announced(projectId)).toEqual([]);
  });

  it('can be prepared: the environment alone is asked for', async () => {
    const projectId = await bench.project('Prepared');
    const docker = await bench.snapshot({
      ...PROJECT,
      'aml_config/docker.compute': 'type: "localdocker"\nbaseDockerImage: "debian:bookworm-slim"\n',
      'aml_config/docker.runconfig':
        'ArgumentVector:\n- "train.py"\nTarget: "docker"\nFramework: "Python"\nCondaDependenciesFile: "aml_config/conda_dependencies.yml"\n',
      'aml_config/conda_dependencies.yml': 'dependencies:\n- numpy\n',
    });
    const { data } = await bench.service.clients.configService.POST('/preparations', {
      body: {
        projectId,
        snapshotId: docker,
        configuration: 'docker',
        client: { machine: 'm', user: 'u', interpreter: null, environment: {} },
      },
    });
    const asked = await bench.service.published(environmentRequestedV1);
    expect(asked).toMatchObject([
      { requestId: data?.requestId, runId: null, buildAllowed: true, inputs: { conda: ['numpy'] } },
    ]);
  });
});
