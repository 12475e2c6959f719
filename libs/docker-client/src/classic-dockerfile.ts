/** A Dockerfile for the classic builder and the secret files that its context needs. */
export interface ClassicDockerfile {
  readonly text: string;
  /** Path in the context → id of the secret. */
  readonly secretFiles: ReadonlyMap<string, string>;
}

const secretFolder = '.aml-secrets';

/**
 * Replaces the `--mount` options of RUN steps, which the classic builder does not know: bound files and secrets are copied in before the step,
 * caches are left out. What is copied stays in the image of that stage, so the Dockerfile must have such steps only in stages that
 * are thrown away. Secrets that are not `given` are not copied.
 */
export function toClassicDockerfile(dockerfile: string, given: ReadonlySet<string>): ClassicDockerfile {
  const secretFiles = new Map<string, string>();
  const lines = dockerfile
    .replace(/\\\n/g, ' ')
    .split('\n')
    .flatMap((line) => {
      if (!line.startsWith('RUN ')) return [line];
      const copies: string[] = [];
      const step = line.replace(/(RUN|(?<=\s))\s*--mount=(\S+)(?=\s)/g, (_, run: string, options: string) => {
        const copy = copyInstead(new Map(options.split(',').map(keyAndValue)), given, secretFiles);
        if (copy !== undefined) copies.push(copy);
        return run;
      });
      return [...copies, step.replace(/\s{2,}/g, ' ')];
    });
  return { text: lines.join('\n'), secretFiles };
}

function copyInstead(
  mount: ReadonlyMap<string, string>,
  given: ReadonlySet<string>,
  secretFiles: Map<string, string>,
): string | undefined {
  const target = mount.get('target') ?? '';
  switch (mount.get('type')) {
    case 'secret': {
      const id = mount.get('id') ?? '';
      if (!given.has(id)) return undefined;
      secretFiles.set(`${secretFolder}/${id}`, id);
      return `COPY ${secretFolder}/${id} ${target}`;
    }
    case 'bind': {
      const from = mount.get('from');
      return `COPY ${from === undefined ? '' : `--from=${from} `}${mount.get('source') ?? '.'} ${target}`;
    }
    default:
      return undefined;
  }
}

function keyAndValue(option: string): [string, string] {
  const equals = option.indexOf('=');
  return equals < 0 ? [option, ''] : [option.slice(0, equals), option.slice(equals + 1)];
}
