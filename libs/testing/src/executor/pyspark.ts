import type { DockerEngine } from '@aml/docker-client';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pythonTestImage } from './python-image';

const execute = promisify(execFile);
const REQUIREMENT = 'pyspark==3.5.*';
const TAG = 'aml-test-pyspark:1';

/** A folder for PYTHONPATH with pyspark in it; installed once (about half a minute) and kept in the cache of the tests. */
export async function pysparkFolder(): Promise<string> {
  const cache = process.env['AML_TEST_CACHE'] ?? join(homedir(), '.cache/aml-tests');
  const folder = join(cache, 'pyspark-3.5');
  if (existsSync(folder)) return folder;
  const temporary = `${folder}.${process.pid}.tmp`;
  await mkdir(cache, { recursive: true });
  try {
    await execute('python3', ['-m', 'pip', 'install', '--quiet', '--target', temporary, REQUIREMENT]);
    await rename(temporary, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error; // else another test was faster
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

/** An image with Python, Java and pyspark; made once per engine (about a minute). */
export async function pysparkTestImage(engine: DockerEngine): Promise<{ reference: string; id: string }> {
  const found = await engine.images.inspect(TAG);
  if (found) return { reference: TAG, id: found.id };
  const { reference } = await pythonTestImage(engine);
  const certificates = process.env['PIP_CERT'] ?? '/etc/ssl/certs/ca-certificates.crt';
  const output: string[] = [];
  try {
    const { imageId } = await engine.images.build({
      context: [
        { path: 'Dockerfile', content: dockerfile(reference) },
        { path: 'certificates.pem', content: await readFile(certificates) },
      ],
      tag: TAG,
      labels: { 'aml.test': 'pyspark' },
      networkMode: 'host',
      onOutput: (line) => output.push(line),
    });
    return { reference: TAG, id: imageId };
  } catch (cause) {
    throw new Error(`the test image could not be built:\n${output.slice(-20).join('\n')}`, { cause });
  }
}

const dockerfile = (base: string): string => `
FROM ${base}
RUN mkdir -p /usr/share/man/man1 && apt-get update \\
 && apt-get install -y --no-install-recommends python3-pip openjdk-17-jre-headless && rm -rf /var/lib/apt/lists/*
COPY certificates.pem /tmp/certificates.pem
RUN PIP_CERT=/tmp/certificates.pem \\
    pip3 install --break-system-packages --no-cache-dir '${REQUIREMENT}'
`;

/** A script that needs a real Spark, and prints what it was given. */
export const SPARK_SCRIPT = `
import sys
from pyspark.sql import SparkSession
from azureml.logging import get_azureml_logger
spark = SparkSession.builder.getOrCreate()
total = spark.sparkContext.parallelize(range(10), 2).map(lambda each: each * 2).sum()
print(total, spark.conf.get('spark.test.value'), spark.conf.get('spark.driver.memory', 'default'), sys.argv[1:])
get_azureml_logger().log('total', total)
open('outputs/done', 'w').close()
`;
