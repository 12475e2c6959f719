import type { ImageInfo } from '@aml/docker-client';
import { aRunSpecification } from '@aml/testing';
import { describe, expect, it } from 'vitest';
import { containerRequest } from './container-request';
import type { Host } from './host';
import { runFolderAt } from './run-folder';
import type { SupervisorRequest } from './stage-run';

const image = { env: ['PATH=/opt/env/bin:/bin', 'JAVA_HOME=/java', 'EMPTY='] } as unknown as ImageInfo;

async function requestOf(
  source: string,
  given: Parameters<typeof aRunSpecification>[0],
): Promise<SupervisorRequest & { notes: string[] }> {
  const notes: string[] = [];
  const host = {
    user: async () => ({ name: 'ann', home: '/home/ann', uid: 1, gid: 1 }),
    readFile: async () => Buffer.from(source),
  } as unknown as Host;
  const specification = aRunSpecification(given);
  const request = await containerRequest(
    {
      host,
      folder: runFolderAt('/w/runs/x'),
      image,
      limits: { graceSeconds: 1, leftoverSeconds: 2 },
      input: {
        specification,
        image: null,
        secrets: {},
        snapshot: { id: '', files: 0, bytes: 0, openArchive: () => Promise.reject(new Error('not here')) },
      },
    },
    { signal: new AbortController().signal, note: (line) => notes.push(line) },
  );
  return { ...request, notes };
}

describe('what the supervisor in a container is told', () => {
  it('begins with the variables of the image, and ends its PATH with our programs', async () => {
    const { env, argv } = await requestOf('', { arguments: ['--a'] });
    expect(env).toMatchObject({
      PATH: '/opt/env/bin:/bin:/azureml-run/control/bin',
      JAVA_HOME: '/java',
      EMPTY: '',
      HOME: '/azureml-run/home',
      PYTHONPATH: '/azureml-run/sdk',
      AZUREML_NATIVE_SHARE_DIRECTORY: '/azureml-share/',
    });
    expect(argv).toEqual(['python', 'train.py', '--a']);
  });

  it('fits the driver of Spark to the memory of the container, unless it has a size', async () => {
    const spark = { configuration: {}, repositories: [], packages: [] };
    const target = { memoryBytes: 2 * 1024 ** 3 };
    const fitted = await requestOf('import pyspark', { framework: 'PySpark', spark, target });
    expect(fitted.argv).toContain('spark.driver.memory=1228m');
    const configuration = { 'spark.driver.memory': '1g' };
    const sized = await requestOf('import pyspark', {
      framework: 'PySpark',
      spark: { ...spark, configuration },
      target,
    });
    expect(sized.argv.filter((each) => each.includes('driver.memory'))).toEqual(['spark.driver.memory=1g']);
    expect(sized.env).toMatchObject({ PYSPARK_PYTHON: 'python', SPARK_LOCAL_HOSTNAME: 'localhost' });
  });

  it('is plain Python for a script that never imports Spark, with a note', async () => {
    const { argv, notes } = await requestOf('print(1)', { framework: 'PySpark' });
    expect(argv[0]).toBe('python');
    expect(notes.join()).toContain('runs with plain Python');
  });
});
