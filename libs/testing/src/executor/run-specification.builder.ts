import { RunSpecification } from '@aml/contracts';
import { runIdOf, runSlug } from '@aml/run-model';

type Given = Partial<Omit<RunSpecification, 'target' | 'client'>> & {
  readonly target?: Partial<RunSpecification['target']>;
  readonly client?: Partial<RunSpecification['client']>;
};

let last = 1_700_000_000_000;

/** A run of `train.py` with Python on `local`, each call another run id; `given` says what is different. */
export function aRunSpecification(given: Given = {}): RunSpecification {
  last += 1;
  const id = runIdOf(given.projectName ?? 'Iris', last + process.pid * 1_000_000);
  const { target, client, ...rest } = given;
  return RunSpecification.parse({
    runId: id,
    slug: runSlug(id),
    workspaceId: '00000000-0000-4000-8000-000000000001',
    workspaceName: 'ws',
    accountName: 'acc',
    projectId: '00000000-0000-4000-8000-000000000002',
    projectName: 'Iris',
    runNumber: 1,
    userId: 'tester',
    submittedAt: '2024-01-01T00:00:00Z',
    snapshot: { id: '0'.repeat(64), files: 1, bytes: 1 },
    configuration: { name: 'local', file: null },
    framework: 'Python',
    script: 'train.py',
    arguments: [],
    environmentVariables: {},
    environment: null,
    spark: null,
    prepareEnvironment: false,
    tracked: true,
    timeLimitSeconds: null,
    name: null,
    description: null,
    tags: {},
    warnings: [],
    ...rest,
    target: { name: 'local', kind: 'local-python', file: null, ...target },
    client: {
      machine: 'here',
      user: 'tester',
      interpreter: { path: '/usr/bin/python3', source: 'PATH' },
      environment: { PATH: '/usr/local/bin:/usr/bin:/bin' },
      ...client,
    },
  });
}
