import type { SparkSettings } from '@aml/contracts';

/** The arguments of `spark-submit` before the script: `--name`, `--conf`, `--repositories`, `--packages`. */
export function sparkArguments(
  spark: SparkSettings | null,
  defaults: { readonly name: string; readonly conf?: Readonly<Record<string, string>> },
): string[] {
  const configuration: Record<string, string> = { ...defaults.conf, ...spark?.configuration };
  const packages = (spark?.packages ?? []).map(
    ({ group, artifact, version }) => `${group}:${artifact}:${version}`,
  );
  const repositories = spark?.repositories ?? [];
  return [
    ...(configuration['spark.app.name'] === undefined ? ['--name', defaults.name] : []),
    ...Object.entries(configuration).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
    ...(repositories.length > 0 ? ['--repositories', repositories.join(',')] : []),
    ...(packages.length > 0 ? ['--packages', packages.join(',')] : []),
  ];
}

/**
 * Variables for Spark on one machine. The name of a machine often leads to no address of its own (containers, laptops
 * off line), which Spark takes for an error; so it is told to use `localhost`, unless a cluster is asked for.
 */
export function sparkVariables(spark: SparkSettings | null, python: string): Record<string, string> {
  const master = spark?.configuration['spark.master'];
  const alone = master === undefined || master.startsWith('local');
  return {
    PYSPARK_PYTHON: python,
    PYSPARK_DRIVER_PYTHON: python,
    ...(alone ? { SPARK_LOCAL_HOSTNAME: 'localhost' } : {}),
  };
}
