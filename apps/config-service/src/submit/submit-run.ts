import { runRequestedV1, type FindingBody, type RunSpecification, type SubmitBody } from '@aml/contracts';
import { isUniqueViolation, toJsonb } from '@aml/database';
import type { Transactions, UnitOfWork } from '@aml/messaging';
import { runIdOf, runSlug } from '@aml/run-model';
import type { Caller } from '@aml/service-kit';
import type { ProjectNames, ProjectStore } from '../projects/project-store';
import { SubmissionEntity } from '../storage/submission.entity';
import type { ResolvedSubmit, ResolveSubmit } from './resolve-submit';

export interface AcceptedRun {
  readonly runId: string;
  readonly runNumber: number;
  readonly repeated: boolean;
  readonly findings: FindingBody[];
  readonly specification: RunSpecification;
}

const ATTEMPTS = 5;

/** Accepts a run: one immutable specification, announced in the transaction that stores it. */
export class SubmitRun {
  constructor(
    private readonly transactions: Transactions,
    private readonly projects: ProjectStore,
    private readonly resolveSubmit: ResolveSubmit,
  ) {}

  /** The same idempotency key in a project gives the same run. @throws FindingsError, AppError `project-unknown`. */
  async execute(body: SubmitBody, caller: Caller): Promise<AcceptedRun> {
    const known = await this.findByKey(body);
    if (known) return known;
    const project = await this.projects.find(body.projectId);
    const resolved = await this.resolveSubmit.execute(body);
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.transactions.run((unit) => this.accept(unit, body, { caller, project, resolved }));
      } catch (error) {
        const winner = isUniqueViolation(error, 'submission_key') ? await this.findByKey(body) : undefined;
        if (winner) return winner;
        // A project of the same name in another workspace had the same millisecond: the next one is free.
        if (!isUniqueViolation(error, 'submission_pkey') || attempt === ATTEMPTS) throw error;
      }
    }
  }

  private async findByKey(body: SubmitBody): Promise<AcceptedRun | undefined> {
    if (body.idempotencyKey === undefined) return undefined;
    const found = await this.transactions.database
      .getRepository(SubmissionEntity)
      .findOneBy({ projectId: body.projectId, idempotencyKey: body.idempotencyKey });
    if (!found) return undefined;
    const { runId, specification, findings } = found;
    return { runId, runNumber: specification.runNumber, repeated: true, findings, specification };
  }

  private async accept(
    unit: UnitOfWork,
    body: SubmitBody,
    context: { caller: Caller; project: ProjectNames; resolved: ResolvedSubmit },
  ): Promise<AcceptedRun> {
    const { caller, project, resolved } = context;
    const submittedAt = new Date();
    const { runNumber, millis } = await takeNumber(unit, project.id, submittedAt);
    const runId = runIdOf(project.name, millis);
    const specification: RunSpecification = {
      runId,
      slug: runSlug(runId),
      workspaceId: project.workspaceId,
      workspaceName: project.workspaceName,
      accountName: project.accountName,
      projectId: project.id,
      projectName: project.name,
      runNumber,
      userId: caller.userId,
      submittedAt: submittedAt.toISOString(),
      client: body.client,
      snapshot: { id: resolved.snapshot.id, files: resolved.snapshot.files, bytes: resolved.snapshot.bytes },
      configuration: { name: resolved.run.name, file: resolved.run.runConfiguration.file },
      target: resolved.target,
      framework: resolved.run.framework,
      script: resolved.script,
      arguments: [...resolved.arguments],
      environmentVariables: { ...resolved.run.environmentVariables },
      environment: resolved.environment,
      spark: resolved.spark,
      prepareEnvironment: resolved.run.prepareEnvironment,
      refreshBase: body.refreshBase,
      tracked: resolved.run.trackedRun,
      timeLimitSeconds: body.timeLimitSeconds,
      name: body.name,
      description: body.description,
      tags: body.tags,
      dataSources: { ...resolved.run.dataSources },
      warnings: resolved.findings
        .filter(({ severity }) => severity === 'warning')
        .map(({ message }) => message),
    };
    await unit.manager.query(
      'INSERT INTO submission (run_id, project_id, idempotency_key, specification, findings, accepted_at) VALUES ($1, $2, $3, $4, $5, $6)',
      [
        runId,
        project.id,
        body.idempotencyKey ?? null,
        toJsonb(specification),
        toJsonb(resolved.findings),
        submittedAt,
      ],
    );
    unit.publish(runRequestedV1, { specification });
    return { runId, runNumber, repeated: false, findings: [...resolved.findings], specification };
  }
}

/** The next number of the project and the next free millisecond: no two runs share one, whatever the clock does. */
async function takeNumber(
  unit: UnitOfWork,
  projectId: string,
  now: Date,
): Promise<{ runNumber: number; millis: number }> {
  const [rows] = (await unit.manager.query(
    'UPDATE project SET runs = runs + 1, last_millis = greatest($2::bigint, last_millis + 1) WHERE id = $1 RETURNING runs, last_millis',
    [projectId, now.getTime()],
  )) as [{ runs: number; last_millis: string }[]];
  return { runNumber: rows[0]?.runs ?? 0, millis: Number(rows[0]?.last_millis) };
}
