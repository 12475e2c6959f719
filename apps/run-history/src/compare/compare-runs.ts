import type { ResultOf, RunSpecification, runHistoryApi } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { runRecord } from '../record/run-record';
import { ArtifactEntity } from '../storage/artifact.entity';
import { loadExtras, type RunExtras } from '../storage/run-extras';
import { unknownRun } from '../storage/run-lock';
import { RunEntity } from '../storage/run.entity';

type Comparison = ResultOf<typeof runHistoryApi.endpoints.compareRuns>;

/** What differs between two runs. */
export class CompareRuns {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError `run-unknown`. */
  async execute(idA: string, idB: string): Promise<Comparison> {
    const [a, b] = await Promise.all([this.load(idA), this.load(idB)]);
    const extrasOf = await loadExtras(this.database, [idA, idB]);
    const [filesA, filesB] = await Promise.all([this.files(idA), this.files(idB)]);
    return {
      a: runRecord(a, extrasOf(idA)),
      b: runRecord(b, extrasOf(idB)),
      arguments: {
        a: a.specification.arguments,
        b: b.specification.arguments,
        same: JSON.stringify(a.specification.arguments) === JSON.stringify(b.specification.arguments),
      },
      configuration: differences(
        flatten(comparable(a.specification)),
        flatten(comparable(b.specification)),
      ).map(([key, x, y]) => ({
        key,
        a: x ?? null,
        b: y ?? null,
      })),
      packages: packages(extrasOf(idA), extrasOf(idB)),
      metrics: metrics(a.metrics, b.metrics),
      outputs: differences(filesA, filesB).map(([path, x, y]) => ({ path, a: x ?? null, b: y ?? null })),
      snapshots: {
        a: a.specification.snapshot.id,
        b: b.specification.snapshot.id,
        same: a.specification.snapshot.id === b.specification.snapshot.id,
      },
    };
  }

  private async load(runId: string): Promise<RunEntity> {
    const run = await this.database.getRepository(RunEntity).findOneBy({ runId });
    if (!run) throw unknownRun(runId);
    return run;
  }

  private async files(runId: string): Promise<Map<string, string>> {
    const artifacts = await this.database.getRepository(ArtifactEntity).findBy({ runId });
    return new Map(artifacts.map(({ path, sha256 }) => [path, sha256]));
  }
}

/** The parts of a specification that are a choice, not an accident of when and where it was submitted. */
function comparable(specification: RunSpecification): Record<string, unknown> {
  const {
    target,
    framework,
    script,
    environmentVariables,
    environment,
    spark,
    timeLimitSeconds,
    configuration,
  } = specification;
  return {
    script,
    framework,
    configuration: configuration.name,
    target,
    environmentVariables,
    environment: environment === null ? null : { ...environment, snapshotId: undefined },
    spark,
    timeLimitSeconds,
    interpreter: environment === null ? specification.client.interpreter?.path : undefined,
  };
}

function flatten(value: unknown, prefix = '', into = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, each] of Object.entries(value))
      flatten(each, prefix === '' ? key : `${prefix}.${key}`, into);
  } else if (value !== undefined && value !== null) {
    into.set(prefix, value);
  }
  return into;
}

function differences<Value>(
  a: ReadonlyMap<string, Value>,
  b: ReadonlyMap<string, Value>,
): [string, Value | undefined, Value | undefined][] {
  return [...new Set([...a.keys(), ...b.keys()])]
    .sort()
    .filter((key) => JSON.stringify(a.get(key)) !== JSON.stringify(b.get(key)))
    .map((key) => [key, a.get(key), b.get(key)]);
}

function packages(a: RunExtras, b: RunExtras): Comparison['packages'] {
  const versions = (run: RunExtras, manager: 'conda' | 'pip'): Map<string, string> =>
    new Map((run.environment?.lock?.[manager] ?? []).map(({ name, version }) => [name, version]));
  return (['conda', 'pip'] as const).flatMap((manager) =>
    differences(versions(a, manager), versions(b, manager)).map(([name, x, y]) => ({
      name,
      manager,
      a: x ?? null,
      b: y ?? null,
    })),
  );
}

function metrics(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): Comparison['metrics'] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort().map((name) => {
    const [x, y] = [a[name] ?? null, b[name] ?? null];
    const difference = typeof x === 'number' && typeof y === 'number' ? y - x : null;
    return { name, a: x, b: y, difference };
  });
}
