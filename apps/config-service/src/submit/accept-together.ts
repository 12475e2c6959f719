import { runRequestedV1, type FindingBody, type RunSpecification } from '@aml/contracts';
import { isUniqueViolation, toJsonb } from '@aml/database';
import { notePositions, type Transactions, type UnitOfWork } from '@aml/messaging';
import type { Position } from '@aml/messaging';

export interface AcceptedRun {
  readonly runId: string;
  readonly runNumber: number;
  readonly repeated: boolean;
  readonly findings: FindingBody[];
  readonly specification: RunSpecification;
}

/** A run that is to be accepted. */
export interface Acceptance {
  readonly idempotencyKey: string | null;
  readonly findings: readonly FindingBody[];
  /** The specification under the number and the millisecond that it gets. */
  readonly specify: (runNumber: number, millis: number, at: Date) => RunSpecification;
}

interface Waiting {
  readonly acceptance: Acceptance;
  readonly resolve: (accepted: { run: AcceptedRun; positions: readonly Position[] }) => void;
  readonly reject: (error: unknown) => void;
}

const MOST_TOGETHER = 100;
const ATTEMPTS = 5;

/**
 * Gives runs their numbers and stores them, each with the event that announces it. Runs of one project wait for each
 * other, since they are numbered; those that arrive meanwhile are accepted together, in one transaction.
 */
export class AcceptTogether {
  private readonly queues = new Map<string, Waiting[]>();

  constructor(private readonly transactions: Transactions) {}

  async accept(projectId: string, acceptance: Acceptance): Promise<AcceptedRun> {
    const { run, positions } = await new Promise<Parameters<Waiting['resolve']>[0]>((resolve, reject) => {
      const queue = this.queues.get(projectId);
      const waiting = { acceptance, resolve, reject };
      if (queue) {
        queue.push(waiting);
        return;
      }
      this.queues.set(projectId, [waiting]);
      void this.work(projectId);
    });
    notePositions(positions);
    return run;
  }

  private async work(projectId: string): Promise<void> {
    for (let queue = this.queues.get(projectId) ?? []; queue.length > 0;) {
      const portion = queue.splice(0, MOST_TOGETHER);
      if (!(await this.tryPortion(projectId, portion, portion.length === 1))) {
        // One of them cannot be stored: it alone is to be told so.
        for (const waiting of portion) await this.tryPortion(projectId, [waiting], true);
      }
    }
    this.queues.delete(projectId);
  }

  /** @returns false where it failed and nobody was told. */
  private async tryPortion(projectId: string, portion: readonly Waiting[], last: boolean): Promise<boolean> {
    const acceptances = portion.map(({ acceptance }) => acceptance);
    for (let attempt = 1; ; attempt++) {
      try {
        const { value, positions } = await this.transactions.runForMany((unit) =>
          acceptAll(unit, projectId, acceptances),
        );
        portion.forEach((waiting, index) => {
          const run = value[index];
          if (run) waiting.resolve({ run, positions });
        });
        return true;
      } catch (error) {
        // A project of the same name in another workspace had one of the milliseconds: later ones are free.
        if (isUniqueViolation(error, 'submission_pkey') && attempt < ATTEMPTS) {
          await new Promise((resolve) => setTimeout(resolve, 20 * attempt));
          continue;
        }
        if (last) for (const waiting of portion) waiting.reject(error);
        return last;
      }
    }
  }
}

/** The project's row is locked from the first statement on, so no two look for a key at the same time. */
async function acceptAll(
  unit: UnitOfWork,
  projectId: string,
  acceptances: readonly Acceptance[],
): Promise<AcceptedRun[]> {
  const projects = (await unit.manager.query(
    'SELECT runs, last_millis FROM project WHERE id = $1 FOR NO KEY UPDATE',
    [projectId],
  )) as { runs: number; last_millis: string }[];
  const known = await findKnown(unit, projectId, acceptances);
  const at = new Date();
  let runNumber = projects[0]?.runs ?? 0;
  // The next free millisecond, whatever the clock does.
  let millis = Math.max(at.getTime() - 1, Number(projects[0]?.last_millis ?? 0));
  const fresh: { run: AcceptedRun; key: string | null }[] = [];
  const accepted = acceptances.map(({ idempotencyKey: key, findings, specify }) => {
    const before = key === null ? undefined : known.get(key);
    if (before) return { ...before, repeated: true };
    const specification = specify(++runNumber, ++millis, at);
    const { runId } = specification;
    const run = { runId, runNumber, repeated: false, findings: [...findings], specification };
    fresh.push({ run, key });
    if (key !== null) known.set(key, run);
    return run;
  });
  if (fresh.length > 0) await store(unit, projectId, fresh, { runNumber, millis, at });
  return accepted;
}

async function findKnown(
  unit: UnitOfWork,
  projectId: string,
  acceptances: readonly Acceptance[],
): Promise<Map<string, AcceptedRun>> {
  const keys = acceptances.flatMap(({ idempotencyKey: key }) => (key === null ? [] : [key]));
  if (keys.length === 0) return new Map();
  const rows = (await unit.manager.query(
    'SELECT idempotency_key, specification, findings FROM submission WHERE project_id = $1 AND idempotency_key = ANY($2)',
    [projectId, keys],
  )) as { idempotency_key: string; specification: RunSpecification; findings: FindingBody[] }[];
  return new Map(
    rows.map(({ idempotency_key: key, specification, findings }) => {
      const { runId, runNumber } = specification;
      return [key, { runId, runNumber, repeated: true, findings, specification }];
    }),
  );
}

async function store(
  unit: UnitOfWork,
  projectId: string,
  fresh: readonly { run: AcceptedRun; key: string | null }[],
  { runNumber, millis, at }: { runNumber: number; millis: number; at: Date },
): Promise<void> {
  await unit.manager.query('UPDATE project SET runs = $2, last_millis = $3 WHERE id = $1', [
    projectId,
    runNumber,
    millis,
  ]);
  await unit.manager.query(
    `INSERT INTO submission (run_id, project_id, idempotency_key, specification, findings, accepted_at)
     SELECT s.run_id, $1, s.key, s.specification::jsonb, s.findings::jsonb, $2
     FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) AS s(run_id, key, specification, findings)`,
    [
      projectId,
      at,
      fresh.map(({ run }) => run.runId),
      fresh.map(({ key }) => key),
      fresh.map(({ run }) => toJsonb(run.specification)),
      fresh.map(({ run }) => toJsonb(run.findings)),
    ],
  );
  for (const { run } of fresh) unit.publish(runRequestedV1, { specification: run.specification });
}
