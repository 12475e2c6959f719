import type { RunSpecification, SubmitBody } from '@aml/contracts';
import type { DataSource } from '@aml/database';
import { runIdOf, runSlug } from '@aml/run-model';
import type { Caller } from '@aml/service-kit';
import type { ProjectNames, ProjectStore } from '../projects/project-store';
import { SubmissionEntity } from '../storage/submission.entity';
import type { AcceptedRun, AcceptTogether } from './accept-together';
import type { ResolvedSubmit, ResolveSubmit } from './resolve-submit';

/** Accepts a run: one immutable specification, announced in the transaction that stores it. */
export class SubmitRun {
  constructor(
    private readonly database: DataSource,
    private readonly projects: ProjectStore,
    private readonly resolveSubmit: ResolveSubmit,
    private readonly acceptTogether: AcceptTogether,
  ) {}

  /** The same idempotency key in a project gives the same run. @throws FindingsError, AppError `project-unknown`. */
  async execute(body: SubmitBody, caller: Caller): Promise<AcceptedRun> {
    const known = await this.findByKey(body);
    if (known) return known;
    const project = await this.projects.find(body.projectId);
    const resolved = await this.resolveSubmit.execute(body);
    return this.acceptTogether.accept(project.id, {
      idempotencyKey: body.idempotencyKey ?? null,
      findings: resolved.findings,
      specify: (runNumber, millis, at) => {
        const context = { caller, project, resolved };
        return {
          ...specify(body, context),
          ...identify(project, runNumber, millis),
          submittedAt: at.toISOString(),
        };
      },
    });
  }

  private async findByKey(body: SubmitBody): Promise<AcceptedRun | undefined> {
    if (body.idempotencyKey === undefined) return undefined;
    const found = await this.database
      .getRepository(SubmissionEntity)
      .findOneBy({ projectId: body.projectId, idempotencyKey: body.idempotencyKey });
    if (!found) return undefined;
    const { runId, specification, findings } = found;
    return { runId, runNumber: specification.runNumber, repeated: true, findings, specification };
  }
}

type Identity = Pick<RunSpecification, 'runId' | 'slug' | 'runNumber'>;

function identify(project: ProjectNames, runNumber: number, millis: number): Identity {
  const runId = runIdOf(project.name, millis);
  return { runId, slug: runSlug(runId), runNumber };
}

/** Everything of a specification but its identity. */
function specify(
  body: SubmitBody,
  { caller, project, resolved }: { caller: Caller; project: ProjectNames; resolved: ResolvedSubmit },
): Omit<RunSpecification, keyof Identity | 'submittedAt'> {
  return {
    workspaceId: project.workspaceId,
    workspaceName: project.workspaceName,
    accountName: project.accountName,
    projectId: project.id,
    projectName: project.name,
    userId: caller.userId,
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
}
