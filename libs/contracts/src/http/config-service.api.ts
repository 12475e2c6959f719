import { z } from 'zod';
import { ClientContext, EnvironmentInputs, RunSpecification, TextMap } from '../run-specification';
import { defineApi } from './endpoint';
import { PageQuery } from './paging';
import { FindingBody } from './problem';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal');

/** One entry of a snapshot. Directories are listed so that empty ones survive. */
export const SnapshotEntry = z
  .object({
    path: z.string().describe('from the project root, / between names'),
    raw: z
      .string()
      .optional()
      .describe('base64 of the path where it is not valid UTF-8; then `path` is for display only'),
    type: z.enum(['file', 'link', 'directory']),
    mode: z.number().int().min(0).max(0o7777),
    sha256: Sha256.optional().describe('of a file'),
    size: z.number().int().min(0).optional().describe('of a file, bytes'),
    target: z.string().optional().describe('of a link'),
  })
  .meta({ id: 'SnapshotEntry' });
export type SnapshotEntry = z.infer<typeof SnapshotEntry>;

export const SnapshotSummary = z
  .object({ id: Sha256, files: z.number().int(), bytes: z.number().int() })
  .meta({ id: 'SnapshotSummary' });

export const ProjectBody = z
  .object({
    id: z.uuid(),
    name: z.string(),
    workspaceId: z.uuid(),
    workspaceName: z.string(),
    accountName: z.string(),
    createdUtc: z.iso.datetime(),
    runs: z.number().int(),
  })
  .meta({ id: 'Project' });
export type ProjectBody = z.infer<typeof ProjectBody>;

export const SubmitBody = z
  .object({
    projectId: z.uuid(),
    snapshotId: Sha256,
    configuration: z.string().describe('NAME, NAME.runconfig or aml_config/NAME.runconfig'),
    target: z.string().optional().describe('name of a compute target that overrides the configuration'),
    script: z.string().optional(),
    arguments: z.array(z.string()).default([]),
    framework: z.enum(['Python', 'PySpark']).optional(),
    environmentVariables: TextMap.default({}),
    prepareEnvironment: z.boolean().optional(),
    refreshBase: z.boolean().default(false),
    tracked: z.boolean().optional(),
    timeLimitSeconds: z.number().positive().nullable().default(null),
    name: z.string().max(200).nullable().default(null),
    description: z.string().max(10_000).nullable().default(null),
    tags: TextMap.default({}),
    idempotencyKey: z.string().max(200).optional(),
    client: ClientContext,
  })
  .meta({ id: 'Submit' });
export type SubmitBody = z.infer<typeof SubmitBody>;

/** What `submit --plan` prints: what would be sent, built and run. */
export const RunPlanBody = z
  .object({
    projectName: z.string(),
    configuration: z.string(),
    target: RunSpecification.shape.target,
    framework: z.enum(['Python', 'PySpark']),
    script: z.string(),
    arguments: z.array(z.string()),
    environmentVariables: TextMap,
    prepareEnvironment: z.boolean(),
    tracked: z.boolean(),
    timeLimitSeconds: z.number().nullable(),
    environment: EnvironmentInputs.nullable(),
    reasons: z.array(z.string()),
    findings: z.array(FindingBody),
  })
  .meta({ id: 'RunPlan' });

export const FileChange = z
  .object({
    path: z.string(),
    change: z.enum(['added', 'removed', 'modified', 'mode', 'type']),
    sizeBefore: z.number().int().nullable(),
    sizeAfter: z.number().int().nullable(),
    binary: z.boolean(),
    hunks: z.array(
      z.object({
        oldStart: z.number().int(),
        oldLines: z.number().int(),
        newStart: z.number().int(),
        newLines: z.number().int(),
        lines: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'FileChange' });
export type FileChange = z.infer<typeof FileChange>;

export const configServiceApi = defineApi({
  service: 'config-service',
  description: 'Accounts, workspaces, projects, snapshots, run configurations and run specifications.',
  endpoints: {
    showAccount: {
      method: 'GET',
      path: '/account',
      summary: 'Who is calling, and in which account and workspace',
      result: z.object({
        userId: z.string(),
        userName: z.string(),
        accountName: z.string(),
        workspaceId: z.uuid(),
        workspaceName: z.string(),
        identity: z.enum(['machine-user', 'oidc', 'api-key']),
        expiresUtc: z.iso.datetime().nullable(),
      }),
    },
    openProject: {
      method: 'PUT',
      path: '/projects/:name',
      summary: 'The project of this name, made on first use',
      params: z.object({ name: z.string().min(1).max(100) }),
      body: z.object({ projectId: z.uuid().optional().describe('of the folder, where it has one') }),
      result: ProjectBody,
    },
    listProjects: {
      method: 'GET',
      path: '/projects',
      summary: 'All projects of the workspace',
      query: z.object(PageQuery),
      result: z.object({ items: z.array(ProjectBody), next: z.string().nullable() }),
    },
    findMissingBlobs: {
      method: 'POST',
      path: '/blobs/missing',
      summary: 'Which of these contents the store lacks',
      body: z.object({ hashes: z.array(Sha256).max(1_000_000) }),
      result: z.object({ missing: z.array(Sha256) }),
    },
    storeBlobs: {
      method: 'POST',
      path: '/blobs',
      summary: 'Store contents: a tar whose entries are named by their SHA-256',
      body: { stream: 'application/x-tar' },
      result: z.object({ stored: z.number().int(), bytes: z.number().int() }),
    },
    readBlob: {
      method: 'GET',
      path: '/blobs/:sha256',
      summary: 'One content',
      params: z.object({ sha256: Sha256 }),
      result: { stream: 'application/octet-stream' },
    },
    createSnapshot: {
      method: 'POST',
      path: '/snapshots',
      summary: 'A snapshot from its list of entries; the same list gives the same id',
      body: z.object({ entries: z.array(SnapshotEntry) }),
      result: SnapshotSummary,
    },
    showSnapshot: {
      method: 'GET',
      path: '/snapshots/:snapshotId',
      summary: 'The entries of a snapshot',
      params: z.object({ snapshotId: Sha256 }),
      result: SnapshotSummary.extend({ entries: z.array(SnapshotEntry) }),
    },
    readSnapshotArchive: {
      method: 'GET',
      path: '/snapshots/:snapshotId/archive',
      summary: 'The whole snapshot as a tar',
      params: z.object({ snapshotId: Sha256 }),
      result: { stream: 'application/x-tar' },
    },
    compareSnapshots: {
      method: 'GET',
      path: '/snapshots/:snapshotId/changes/:otherId',
      summary: 'What changed from the first snapshot to the second, with hunks for text',
      params: z.object({ snapshotId: Sha256, otherId: Sha256 }),
      result: z.object({ changes: z.array(FileChange) }),
    },
    planRun: {
      method: 'POST',
      path: '/runs/plan',
      summary: 'What a submit would do, with reasons; nothing happens',
      body: SubmitBody.extend({
        environmentOnly: z.boolean().default(false).describe('the environment is asked for, not a script'),
      }),
      result: RunPlanBody,
    },
    submitRun: {
      method: 'POST',
      path: '/runs',
      summary: 'Accept a run: an error with file and line, or a run id',
      status: 202,
      body: SubmitBody,
      result: z.object({
        runId: z.string(),
        runNumber: z.number().int(),
        repeated: z.boolean().describe('true: this idempotency key was used before, and this is its run'),
        findings: z.array(FindingBody),
        specification: RunSpecification,
      }),
    },
    prepareEnvironment: {
      method: 'POST',
      path: '/preparations',
      summary: 'Ask for the environment of a run configuration to be made ready',
      status: 202,
      body: SubmitBody.pick({
        projectId: true,
        snapshotId: true,
        configuration: true,
        target: true,
        framework: true,
        refreshBase: true,
        client: true,
      }),
      result: z.object({
        requestId: z
          .uuid()
          .nullable()
          .describe("null: the target uses the user's own Python, nothing to prepare"),
        target: RunSpecification.shape.target,
        findings: z.array(FindingBody),
      }),
    },
  },
});
