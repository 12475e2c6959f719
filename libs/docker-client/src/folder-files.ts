import { readdir, readFile, stat } from 'node:fs/promises';
import { AppError } from '@aml/errors';
import type { ContextFile } from './build-request';
import type { StageSource } from './stage';

/** The most that a channel on disk may put into a build context. Bigger ones are for a web server. */
const limitBytes = 4 * 1024 ** 3;

/** The files of a conda channel on this machine for a build context; their bytes are read when they are packed. */
export async function filesOfFolder(folder: StageSource): Promise<readonly ContextFile[]> {
  const files: ContextFile[] = [];
  let total = 0;
  for (const part of folder.include) {
    const names = await readdir(`${folder.source}/${part}`).catch(() => []);
    for (const name of names.filter((candidate) =>
      /\.(json|json\.zst|json\.bz2|conda|tar\.bz2)$/.test(candidate),
    )) {
      const path = `${folder.source}/${part}/${name}`;
      total += (await stat(path)).size;
      files.push({ path: `${folder.path}/${part}/${name}`, content: () => readFile(path) });
    }
  }
  if (files.length === 0) throw channelMissing(folder.source);
  if (total > limitBytes) throw channelTooBig(folder.source, total);
  return files;
}

function channelMissing(source: string): AppError {
  return new AppError({
    code: 'environment-channel-missing',
    message: `There is no conda channel in the folder "${source}".`,
    hint: 'A channel has folders such as noarch and linux-64 with a repodata.json each; correct the channel map in the settings.',
    blame: 'user',
  });
}

function channelTooBig(source: string, bytes: number): AppError {
  return new AppError({
    code: 'environment-channel-too-big',
    message: `The conda channel in "${source}" has ${Math.round(bytes / 1024 ** 3)} GiB; a channel by file:// is copied for the build.`,
    hint: 'Serve it by HTTP (`python3 -m http.server`) and put that address into the channel map.',
    blame: 'user',
  });
}
