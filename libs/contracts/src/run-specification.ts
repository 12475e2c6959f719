import { TARGET_KINDS } from '@aml/run-model';
import { z } from 'zod';

/** A failure as data; the shape of `ErrorData` in `@aml/errors`. */
export type ErrorBody = {
  code: string;
  message: string;
  hint?: string | undefined;
  retryable: boolean;
  blame: 'user' | 'target' | 'us';
  cause?: ErrorBody | undefined;
};
export const ErrorBody: z.ZodType<ErrorBody> = z
  .lazy(() =>
    z.object({
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
      retryable: z.boolean(),
      blame: z.enum(['user', 'target', 'us']),
      cause: ErrorBody.optional(),
    }),
  )
  .meta({ id: 'ErrorBody' });

/** Text values by name. */
export const TextMap = z.record(z.string(), z.string());

/** A `.compute` file as one run sees it; the keys are those of the file format, in camel case, never a password. */
export const ComputeTargetSettings = z
  .object({
    name: z.string(),
    kind: z.enum(TARGET_KINDS),
    file: z.string().nullable().describe('path from the project root; null for a built-in default'),
    address: z.object({ host: z.string(), port: z.number().int().optional() }).optional(),
    username: z.string().optional(),
    secretReference: z.string().optional(),
    baseDockerImage: z.string().optional(),
    sharedVolumes: z.boolean().default(true),
    nativeSharedDirectory: z.string().optional(),
    nvidiaDocker: z.boolean().default(false),
    pythonLocation: z.string().optional(),
    sparkSubmitLocation: z.string().optional(),
    userManagedEnvironment: z.boolean().default(false),
    yarnDeployMode: z.enum(['cluster', 'client']).default('cluster'),
    memoryBytes: z.number().int().positive().optional().describe('limit of a container'),
    cpus: z.number().positive().optional().describe('limit of a container'),
  })
  .meta({ id: 'ComputeTargetSettings' });
export type ComputeTargetSettings = z.infer<typeof ComputeTargetSettings>;

export const SparkSettings = z
  .object({
    configuration: TextMap,
    repositories: z.array(z.string()),
    packages: z.array(z.object({ group: z.string(), artifact: z.string(), version: z.string() })),
  })
  .meta({ id: 'SparkSettings' });
export type SparkSettings = z.infer<typeof SparkSettings>;

/** What an image or packed environment is made from; everything else about it follows from settings of the builder. */
export const EnvironmentInputs = z
  .object({
    snapshotId: z.string().describe('where local wheels and requirement files are read from'),
    condaFile: z.string().nullable(),
    condaName: z.string().nullable().default(null),
    channels: z.array(z.string()),
    conda: z.array(z.string()),
    pip: z.array(z.string()),
    baseImage: z.string().nullable().describe('null: the default of the builder'),
    framework: z.enum(['Python', 'PySpark']),
    spark: SparkSettings.nullable(),
    gpu: z.boolean(),
  })
  .meta({ id: 'EnvironmentInputs' });
export type EnvironmentInputs = z.infer<typeof EnvironmentInputs>;

/** What the submitting machine says about itself; `local` runs use the interpreter that its shell resolved. */
export const ClientContext = z
  .object({
    machine: z.string().describe('host name'),
    user: z.string(),
    interpreter: z
      .object({ path: z.string(), source: z.string(), version: z.string().optional() })
      .nullable()
      .describe('absolute path, resolved in the shell that submits'),
    environment: TextMap.describe('the documented list of variables that a local run inherits'),
    sparkSubmit: z.string().nullable().default(null),
    commit: z.string().nullable().default(null).describe('commit of the project, with + when it has changes'),
  })
  .meta({ id: 'ClientContext' });
export type ClientContext = z.infer<typeof ClientContext>;

/** Everything that decides what a run does; immutable from the moment it is accepted. */
export const RunSpecification = z
  .object({
    runId: z.string(),
    slug: z.string().describe('ASCII name for containers, pods and applications'),
    workspaceId: z.string(),
    workspaceName: z.string(),
    accountName: z.string(),
    projectId: z.string(),
    projectName: z.string(),
    runNumber: z.number().int().positive(),
    userId: z.string(),
    submittedAt: z.iso.datetime(),
    client: ClientContext,
    snapshot: z.object({ id: z.string(), files: z.number().int(), bytes: z.number().int() }),
    configuration: z.object({ name: z.string(), file: z.string().nullable() }),
    target: ComputeTargetSettings,
    framework: z.enum(['Python', 'PySpark']),
    script: z.string().describe('path from the project root'),
    arguments: z.array(z.string()).describe('what follows the script'),
    environmentVariables: TextMap,
    environment: EnvironmentInputs.nullable().describe("null: the user's own Python"),
    spark: SparkSettings.nullable(),
    prepareEnvironment: z.boolean(),
    refreshBase: z.boolean().default(false),
    tracked: z.boolean(),
    timeLimitSeconds: z.number().positive().nullable(),
    name: z.string().nullable(),
    description: z.string().nullable(),
    tags: TextMap,
    dataSources: z.record(z.string(), z.unknown()).default({}),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'RunSpecification' });
export type RunSpecification = z.infer<typeof RunSpecification>;
