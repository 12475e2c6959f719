import type { RunSpecification } from '@aml/contracts';
import type { ImageInfo } from '@aml/docker-client';
import type { DriverContext, LaunchInput } from '../target-driver';
import { insideContainer, SHARE_MOUNT } from './container-paths';
import { SPARK_SUBMIT_INSIDE } from './container-programs';
import { findSparkImport } from './find-spark-imports';
import type { Host } from './host';
import type { RunFolder } from './run-folder';
import { scriptEnvironment } from './script-environment';
import { sparkArguments, sparkVariables } from './spark-arguments';
import type { SupervisorRequest } from './stage-run';
import type { RunLimits } from './target-definition';

const MEBIBYTE = 1024 * 1024;

/** Part of a container's memory for the JVM of the driver; the rest is for Python, its workers and the JVM's own needs. */
const DRIVER_SHARE = 0.6;

export interface ContainerRequestInput {
  readonly host: Host;
  readonly folder: RunFolder;
  readonly input: LaunchInput;
  readonly image: ImageInfo;
  readonly limits: RunLimits;
}

/** What the supervisor inside a container is told: paths are those inside, variables begin with the image's. */
export async function containerRequest(
  { host, folder, input, image, limits }: ContainerRequestInput,
  context: DriverContext,
): Promise<SupervisorRequest> {
  const { specification, secrets } = input;
  const python = specification.target.pythonLocation ?? 'python';
  const environment = scriptEnvironment(
    specification,
    {
      inherited: variablesOf(image),
      sdk: insideContainer.sdk,
      home: insideContainer.home,
      user: (await host.user()).name,
      sharedFolder: specification.target.sharedVolumes ? SHARE_MOUNT : null,
    },
    secrets,
  );
  const env = { ...environment, PATH: `${environment['PATH'] ?? ''}:${insideContainer.bin}` };
  const spark = await usesSpark(host, folder, specification, context);
  return {
    version: 1,
    runId: specification.runId,
    argv: [
      ...(spark ? [SPARK_SUBMIT_INSIDE, ...sparkOptions(specification)] : [python]),
      specification.script,
      ...specification.arguments,
    ],
    cwd: 'project',
    env: spark ? { ...sparkVariables(specification.spark, python), ...env } : env,
    timeLimitSeconds: specification.timeLimitSeconds,
    graceSeconds: limits.graceSeconds,
    leftoverSeconds: limits.leftoverSeconds,
  };
}

function variablesOf(image: ImageInfo): Record<string, string> {
  return Object.fromEntries(
    image.env.map((variable) => {
      const equals = variable.indexOf('=');
      return [variable.slice(0, equals), variable.slice(equals + 1)];
    }),
  );
}

async function usesSpark(
  host: Host,
  folder: RunFolder,
  specification: RunSpecification,
  context: DriverContext,
): Promise<boolean> {
  if (specification.framework !== 'PySpark') return false;
  if ((await findSparkImport(host, folder.project, specification.script)) !== undefined) return true;
  context.note(
    `The framework is PySpark, but neither "${specification.script}" nor what it imports uses Spark: it runs with plain Python.`,
  );
  return false;
}

/** Without a size of its own, the driver is fitted to the container: a JVM that believes in more is killed by the kernel. */
function sparkOptions(specification: RunSpecification): string[] {
  const { memoryBytes } = specification.target;
  const fitted =
    memoryBytes === undefined
      ? {}
      : { 'spark.driver.memory': `${Math.max(256, Math.floor((memoryBytes * DRIVER_SHARE) / MEBIBYTE))}m` };
  return sparkArguments(specification.spark, { name: specification.runId, conf: fitted });
}
