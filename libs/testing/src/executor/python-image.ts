import type { DockerEngine } from '@aml/docker-client';

/** Counted up when what the image holds changes. */
const TAG = 'aml-test-python:1';
const DOCKERFILE = `
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*
`;

/** A small image with a Python of its own, called `python3` only; made once per engine. */
export async function pythonTestImage(engine: DockerEngine): Promise<{ reference: string; id: string }> {
  const found = await engine.images.inspect(TAG);
  if (found) return { reference: TAG, id: found.id };
  const output: string[] = [];
  try {
    const { imageId } = await engine.images.build({
      context: [{ path: 'Dockerfile', content: DOCKERFILE }],
      tag: TAG,
      labels: { 'aml.test': 'python' },
      networkMode: 'host',
      onOutput: (line) => output.push(line),
    });
    return { reference: TAG, id: imageId };
  } catch (cause) {
    throw new Error(`the test image could not be built:\n${output.slice(-20).join('\n')}`, { cause });
  }
}
