import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { row, type Benchmark } from './benchmark';
import { firstByte, interleave, timeProgram } from './measure';
import { HELLO } from './surroundings';

const FOLDERS = 200;
const FILES_PER_FOLDER = 100;
const CHANGED = 10;

/** A submit of 20,000 files of 2 KiB, of which 10 are new since the last: until it is accepted, all contents being stored by then. */
export const snapshot: Benchmark = {
  topic: 'snapshot',
  run: async ({ journey, shell, repetitions }) => {
    const project = await journey.project('many-files', { 'hello.py': HELLO });
    writeFiles(project.path);
    const stamp = join(journey.folder, 'stamp');
    const copies = journey.makeFolder(join(journey.folder, 'copies'));
    let round = 0;
    const change = (): void => {
      writeFileSync(stamp, '');
      utimesSync(stamp, Date.now() / 1000 - 1, Date.now() / 1000 - 1);
      round += 1;
      for (let index = 0; index < CHANGED; index += 1)
        writeFileSync(pathOf(project.path, index * FOLDERS, index), content(`changed ${round} ${index}`));
    };
    const firstLines: number[] = [];
    const samples = await interleave(repetitions, {
      ours: async () => {
        change();
        const command = journey.start(['experiment', 'submit', '-c', 'local', 'hello.py'], {
          cwd: project.path,
          env: shell,
        });
        firstLines.push(await firstByte(command));
        const accepted = command.pieces.find(
          ({ stream, bytes }) => stream === 'stderr' && /^run /m.test(bytes.toString()),
        );
        if (accepted === undefined) throw new Error(`was not accepted: ${command.stderr}`);
        return accepted.atSeconds;
      },
      bare: async () => {
        change();
        const all = `find . -type f -newer ${stamp} | wc -l && find . -type f -print0 | xargs -0 sha256sum | tail -1`;
        return (await timeProgram(['sh', '-c', all], { cwd: project.path, env: shell })) / 1000;
      },
      // Copies stay until the end: a file system that has just removed many files is slow to make new ones.
      copy: async () => {
        const copyAndRun = `copy=$(mktemp -d -p ${copies}) && cp -r . $copy && cd $copy && python3 hello.py`;
        return (await timeProgram(['sh', '-c', copyAndRun], { cwd: project.path, env: shell })) / 1000;
      },
    });
    return [
      row({
        what: 'submit of 20,000 files, 10 changed, until accepted',
        unit: 's',
        beside: '`find -newer`, then `sha256sum` of all',
        ours: samples.ours,
        bare: samples.bare,
        bar: { under: 2 },
      }),
      row({
        what: 'the same until the script’s first line',
        unit: 's',
        beside: '`cp -r`, then `python3 hello.py`',
        ours: firstLines.slice(-repetitions).map((milliseconds) => milliseconds / 1000),
        bare: samples.copy,
      }),
    ];
  },
};

function pathOf(root: string, index: number, name: number): string {
  return join(root, `data/${Math.floor(index / FILES_PER_FOLDER) % FOLDERS}`, `${name}.txt`);
}

function writeFiles(root: string): void {
  for (let folder = 0; folder < FOLDERS; folder += 1) {
    mkdirSync(join(root, `data/${folder}`), { recursive: true });
    for (let name = 0; name < FILES_PER_FOLDER; name += 1)
      writeFileSync(join(root, `data/${folder}/${name}.txt`), content(`${folder} ${name}`));
  }
}

function content(line: string): string {
  return `${line}\n`.repeat(Math.ceil(2048 / (line.length + 1))).slice(0, 2048);
}
