import type { RunSpecification } from '@aml/contracts';
import { AppError } from '@aml/errors';
import { dirname } from 'node:path';
import { findProgram } from '../shared/find-program';
import { findSparkImport } from '../shared/find-spark-imports';
import type { Host } from '../shared/host';
import type { RunFolder } from '../shared/run-folder';
import { sparkArguments, sparkVariables } from '../shared/spark-arguments';
import type { DriverContext } from '../target-driver';

/** `sparkSubmitLocation` as templates of the old service have it. */
export const TEMPLATE_SPARK_SUBMIT = 'spark-submit';

export interface SparkQuestion {
  readonly host: Host;
  readonly folder: RunFolder;
  readonly specification: RunSpecification;
  readonly python: string;
  /** Of the script. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * How a `PySpark` run is started. Undefined where the script does not use Spark: then plain Python runs it, for most old
 * run configurations ask for PySpark only because that was the default.
 * @throws AppError `spark-missing` or `java-missing` (blame: target) where the script uses Spark and there is none.
 */
export async function sparkCommand(
  question: SparkQuestion,
  context: DriverContext,
): Promise<{ argv: readonly string[]; env: Readonly<Record<string, string>> } | undefined> {
  const { host, folder, specification, python, env } = question;
  const importer = await findSparkImport(host, folder.project, specification.script);
  if (importer === undefined) {
    context.note(
      `The framework is PySpark, but neither "${specification.script}" nor what it imports uses Spark: it runs with plain Python.`,
    );
    return undefined;
  }
  const submit = await findSparkSubmit(question);
  if (submit === undefined) throw sparkMissing(question, importer);
  await requireJava(question);
  return {
    argv: [submit, ...sparkArguments(specification.spark, { name: specification.runId })],
    env: { ...sparkVariables(specification.spark, python), ...env },
  };
}

async function findSparkSubmit({
  host,
  specification,
  python,
  env,
}: SparkQuestion): Promise<string | undefined> {
  const searchPath = [dirname(python), env['PATH'] ?? ''].join(':');
  const named = specification.target.sparkSubmitLocation;
  if (named !== undefined) {
    const found = await findProgram(host, named, searchPath);
    if (found !== undefined) return found;
    // Old templates say `spark-submit` whether there is one or not.
    const ofPython =
      named === TEMPLATE_SPARK_SUBMIT ? await sparkSubmitOfPython(host, python, env) : undefined;
    if (ofPython !== undefined) return ofPython;
    throw new AppError({
      code: 'spark-missing',
      message: `sparkSubmitLocation "${named}" of the compute target "${specification.target.name}" is not an executable program`,
      hint: `Write the path of a spark-submit into ${specification.target.file ?? 'the .compute file'}, or take the line out to use the pyspark of your Python.`,
      blame: 'target',
    });
  }
  return (
    (await sparkSubmitOfPython(host, python, env)) ??
    (await findProgram(host, specification.client.sparkSubmit ?? 'spark-submit', searchPath))
  );
}

/** The one inside an installed pyspark: its version is that of the package which the script imports. */
async function sparkSubmitOfPython(
  host: Host,
  python: string,
  env: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const program =
    'import os, pyspark; print(os.path.join(os.path.dirname(pyspark.__file__), "bin", "spark-submit"))';
  const { exitCode, stdout } = await host.run([python, '-c', program], { env: { ...env } });
  return exitCode === 0 ? findProgram(host, stdout.trim(), '') : undefined;
}

async function requireJava({ host, env, specification }: SparkQuestion): Promise<void> {
  const home = env['JAVA_HOME'];
  const java = home ? `${home}/bin/java` : 'java';
  if (await findProgram(host, java, env['PATH'] ?? '')) return;
  throw new AppError({
    code: 'java-missing',
    message: home
      ? `Spark needs Java, and JAVA_HOME is "${home}", where there is no bin/java`
      : `Spark needs Java, and there is none in the PATH of the run "${specification.runId}"`,
    hint: 'Install a Java runtime (Debian and Ubuntu: `sudo apt-get install default-jre-headless`) or set JAVA_HOME in EnvironmentVariables.',
    blame: 'target',
  });
}

function sparkMissing({ python }: SparkQuestion, importer: string): AppError {
  return new AppError({
    code: 'spark-missing',
    message: `"${importer}" uses Spark, and "${python}" has no pyspark`,
    hint: `Install it (\`${python} -m pip install pyspark\`), or name a spark-submit with sparkSubmitLocation in the .compute file.`,
    blame: 'target',
  });
}
