import { randomUUID } from 'node:crypto';
import { AppError } from '@aml/errors';
import type { CallOptions, DockerEngine, ImageInfo } from './docker-engine';
import { splitReference } from './dockerode-images';

/** What a base image has; the same shape as `BaseFacts` of `@aml/environments`. */
export interface ProbedFacts {
  readonly python?: string;
  readonly pythonCommand?: string;
  readonly glibc?: string;
  readonly java?: number;
  readonly cuda?: string;
  readonly path: string;
}

export interface ProbedImage {
  readonly facts: ProbedFacts;
  /** The digest that a registry gave it, else its id on this engine. */
  readonly pin:
    { readonly kind: 'digest'; readonly digest: string } | { readonly kind: 'image-id'; readonly id: string };
  /** `linux/amd64`. */
  readonly platform: string;
}

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Asks for everything and fails at nothing: an image may have none of it. */
const script = `
for p in python3 python; do
  if command -v $p >/dev/null 2>&1; then
    $p -c 'import sys; print("command " + sys.argv[1]); print("python %d.%d.%d" % sys.version_info[:3])' $p 2>/dev/null && break
  fi
done
getconf GNU_LIBC_VERSION 2>/dev/null || ldd --version 2>&1 | head -n 1 | sed -n 's/.*\\(GLIBC\\|GNU libc\\).* \\([0-9.]*\\)$/glibc \\2/p'
java -version 2>&1 | sed -n 's/.*version "\\([^"]*\\)".*/java \\1/p' | head -n 1
exit 0
`;

/** Looks into an image on the engine (about half a second): pulls nothing, starts one container without a network. */
export async function probeBaseImage(
  engine: DockerEngine,
  reference: string,
  call?: CallOptions,
): Promise<ProbedImage> {
  const image = await engine.images.inspect(reference, call);
  if (!image) {
    throw new AppError({
      code: 'docker-image-not-found',
      message: `The base image "${reference}" is not on the engine.`,
      hint: `docker pull ${reference}`,
      blame: 'target',
    });
  }
  const environment = new Map(image.env.map(splitVariable));
  const found = parseFindings(await runProbe(engine, reference, call));
  const cuda = environment.get('CUDA_VERSION');
  return {
    facts: {
      ...found,
      ...(cuda === undefined ? {} : { cuda: cuda.split('.').slice(0, 2).join('.') }),
      path: environment.get('PATH') || defaultPath,
    },
    pin: pinOf(image, reference),
    platform: `${image.os}/${image.architecture}`,
  };
}

async function runProbe(engine: DockerEngine, image: string, call?: CallOptions): Promise<string> {
  const name = `aml-probe-${randomUUID()}`;
  const labels = { 'aml.owner': 'aml', 'aml.kind': 'probe' };
  try {
    await engine.containers.create(
      { name, image, argv: ['/bin/sh', '-c', script], labels, networkMode: 'none' },
      call,
    );
    await engine.containers.start(name, call);
    await engine.containers.wait(name, { deadlineMs: 60_000, ...call });
    let output = '';
    for await (const chunk of engine.containers.logs(name, call)) {
      if (chunk.stream === 'stdout') output += Buffer.from(chunk.bytes).toString();
    }
    return output;
  } catch (error) {
    // No shell in it: nothing is known, which the definition then says where it matters.
    if (error instanceof AppError && error.code === 'docker-start-failed') return '';
    throw error;
  } finally {
    await engine.containers.remove(name).catch(() => false);
  }
}

/** `python 3.11.2`, `glibc 2.36`, `java 1.8.0_292` and `command python3`, one a line. */
export function parseFindings(output: string): Omit<ProbedFacts, 'path' | 'cuda'> {
  const value = (name: string): string | undefined => new RegExp(`^${name} (\\S+)`, 'm').exec(output)?.[1];
  const [python, pythonCommand, glibc, java] = ['python', 'command', 'glibc', 'java'].map(value);
  return {
    ...(python === undefined ? {} : { python }),
    ...(python === undefined || pythonCommand === undefined ? {} : { pythonCommand }),
    ...(glibc === undefined ? {} : { glibc }),
    ...(java === undefined ? {} : { java: Number.parseInt(java.replace(/^1\./, ''), 10) }),
  };
}

/** The digest of the repository that the reference names; images that were made here have none. */
export function pinOf(image: ImageInfo, reference: string): ProbedImage['pin'] {
  const { repository } = splitReference(reference);
  const short = repository.replace(/^docker\.io\/(library\/)?/, '');
  const own = image.repoDigests.find((name) => name.split('@')[0] === short) ?? image.repoDigests[0];
  const digest = own?.split('@')[1];
  return digest === undefined ? { kind: 'image-id', id: image.id } : { kind: 'digest', digest };
}

function splitVariable(text: string): [string, string] {
  const equals = text.indexOf('=');
  return [text.slice(0, equals), text.slice(equals + 1)];
}
