import { AppError } from '@aml/errors';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/**
 * The script as a path from the project root. A relative path is looked for from where the person is, then from the root.
 * @throws AppError `script-missing`, `script-is-folder` or `script-outside-project` (blame: user).
 */
export function scriptPath(script: string, place: { readonly root: string; readonly cwd: string }): string {
  const candidates = isAbsolute(script)
    ? [script]
    : [resolve(place.cwd, script), resolve(place.root, script)];
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) {
    throw new AppError({
      code: 'script-missing',
      message: `there is no script \`${script}\` in ${place.cwd === place.root ? place.root : `${place.cwd} nor in ${place.root}`}`,
      hint: 'Give the path of a script of the project, such as train.py or code/train.py.',
      blame: 'user',
    });
  }
  const inside = insideRoot(path, place.root);
  if (inside === undefined) {
    throw new AppError({
      code: 'script-outside-project',
      message: `the script \`${script}\` is outside the project ${place.root}`,
      hint: 'Only files of the project are sent to the target: copy the script into it.',
      blame: 'user',
    });
  }
  if (!statSync(path).isFile()) {
    throw new AppError({
      code: 'script-is-folder',
      message: `\`${script}\` is ${statSync(path).isDirectory() ? 'a folder' : 'no regular file'}, not a script`,
      hint: `Give the script in it, such as ${join(script, 'train.py')}.`,
      blame: 'user',
    });
  }
  return inside;
}

function insideRoot(path: string, root: string): string | undefined {
  for (const [file, folder] of [
    [path, root],
    [path, realpathSync(root)],
    [realpathSync(path), realpathSync(root)],
  ] as const) {
    const inside = relative(folder, file);
    if (inside !== '' && inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)) {
      return inside.split(sep).join('/');
    }
  }
  return undefined;
}
