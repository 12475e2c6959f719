import { secretIds } from './image-stage';

/** Where everything of an environment is, in every image. */
export const environmentRoot = '/opt/aml';
export const environmentPrefix = `${environmentRoot}/env`;
export const lockFolder = `${environmentRoot}/lock`;
export const toolFolder = '/opt/aml-tool';

export const secretMounts: readonly string[] = [secretIds.ca, secretIds.netrc].map(
  (id) => `--mount=type=secret,id=${id},target=/run/secrets/${id}`,
);

/** `sharing=locked`: two builds at once take turns instead of spoiling the cache. */
export function cacheMount(id: string): string {
  return `--mount=type=cache,id=${id},target=/aml-cache,sharing=locked`;
}

/** One RUN step; no here-documents and no `# syntax=`: engines of 20.10 and engines without a registry have neither. */
export function runStep(mounts: readonly string[], command: readonly string[]): string {
  return ['RUN', ...mounts, command.map(shellWord).join(' ')].join(' ');
}

/** `NAME=value` words stay assignments; everything else is one word for the shell. */
export function shellWord(word: string): string {
  const assignment = /^([A-Z_]+=)(.*)$/s.exec(word);
  if (assignment?.[1] !== undefined) return assignment[1] + shellWord(assignment[2] ?? '');
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A Dockerfile of lines, with one line end at the end. */
export function dockerfile(lines: readonly string[]): string {
  return `${lines.filter((line) => line !== '').join('\n')}\n`;
}
