import { projectCreatedV1, type ProjectBody } from '@aml/contracts';
import { AppError } from '@aml/errors';
import type { Transactions } from '@aml/messaging';
import { randomUUID } from 'node:crypto';
import type { ConfigServiceSettings } from '../settings';
import { ProjectEntity } from '../storage/project.entity';
import { WorkspaceEntity } from '../storage/workspace.entity';

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u;

/** What names a project; fixed from its beginning. */
export type ProjectNames = Pick<ProjectBody, 'id' | 'name' | 'workspaceId' | 'workspaceName' | 'accountName'>;

const MOST_KNOWN = 1_000;

/** The projects of this installation's workspace. */
export class ProjectStore {
  private workspace: Promise<WorkspaceEntity> | undefined;
  private readonly known = new Map<string, ProjectNames>();

  constructor(
    private readonly transactions: Transactions,
    private readonly settings: ConfigServiceSettings,
  ) {}

  /** The workspace, made on first use. */
  currentWorkspace(): Promise<WorkspaceEntity> {
    this.workspace ??= this.loadWorkspace().catch((error: unknown) => {
      this.workspace = undefined;
      throw error;
    });
    return this.workspace;
  }

  /** The project of this name, made where there is none. @throws AppError `project-name-malformed`. */
  async open(name: string, askedId?: string): Promise<ProjectBody> {
    if (!NAME.test(name)) {
      throw new AppError({
        code: 'project-name-malformed',
        message: `${JSON.stringify(name)} cannot be the name of a project`,
        hint: 'Use letters, digits, spaces, dots, dashes and underscores, at most 100; `aml init -n NAME` sets it.',
        blame: 'user',
      });
    }
    const workspace = await this.currentWorkspace();
    const known = await this.repository().findOneBy({ workspaceId: workspace.id, name });
    return this.body(known ?? (await this.create(name, askedId ?? randomUUID(), workspace)), workspace);
  }

  /** What never changes of a project, remembered. @throws AppError `project-unknown`. */
  async find(id: string): Promise<ProjectNames> {
    const known = this.known.get(id);
    if (known) return known;
    const project = await this.repository().findOneBy({ id });
    if (!project) {
      throw new AppError({
        code: 'project-unknown',
        message: `there is no project with the id ${id}`,
        hint: 'aml project list',
        blame: 'user',
      });
    }
    const names = this.body(project, await this.currentWorkspace());
    if (this.known.size >= MOST_KNOWN) this.known.clear();
    this.known.set(id, names);
    return names;
  }

  async list(
    limit: number,
    cursor: string | undefined,
  ): Promise<{ items: ProjectBody[]; next: string | null }> {
    const workspace = await this.currentWorkspace();
    const found = await this.repository()
      .createQueryBuilder('project')
      .where('project.workspaceId = :id AND project.name > :cursor', {
        id: workspace.id,
        cursor: cursor ?? '',
      })
      .orderBy('project.name')
      .limit(limit + 1)
      .getMany();
    const items = found.slice(0, limit).map((project) => this.body(project, workspace));
    return { items, next: found.length > limit ? (items.at(-1)?.name ?? null) : null };
  }

  private repository() {
    return this.transactions.database.getRepository(ProjectEntity);
  }

  private async create(name: string, id: string, workspace: WorkspaceEntity): Promise<ProjectEntity> {
    return this.transactions.run(async (unit) => {
      const createdAt = new Date();
      const rows = (await unit.manager.query(
        `INSERT INTO project (id, workspace_id, name, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id`,
        [id, workspace.id, name, createdAt],
      )) as unknown[];
      if (rows.length > 0) {
        unit.publish(projectCreatedV1, {
          projectId: id,
          name,
          workspaceId: workspace.id,
          at: createdAt.toISOString(),
        });
      }
      const project = await unit.manager.findOneBy(ProjectEntity, { workspaceId: workspace.id, name });
      if (project) return project;
      throw new AppError({
        code: 'project-id-taken',
        message: `the project id ${id} belongs to a project of another name`,
        hint: 'The folder was copied: remove .aml/project.json in the copy, then run `aml init`.',
        blame: 'user',
      });
    });
  }

  private async loadWorkspace(): Promise<WorkspaceEntity> {
    const { AML_WORKSPACE: name, AML_ACCOUNT: accountName } = this.settings;
    await this.transactions.database.query(
      'INSERT INTO workspace (id, account_name, name) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING',
      [randomUUID(), accountName, name],
    );
    return this.transactions.database.getRepository(WorkspaceEntity).findOneByOrFail({ name });
  }

  private body(project: ProjectEntity, workspace: WorkspaceEntity): ProjectBody {
    return {
      id: project.id,
      name: project.name,
      workspaceId: workspace.id,
      workspaceName: workspace.name,
      accountName: workspace.accountName,
      createdUtc: project.createdAt.toISOString(),
      runs: project.runs,
    };
  }
}
