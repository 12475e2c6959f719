import { row, type Benchmark } from './benchmark';
import { firstByteOfContainer } from './engine-api';
import { interleave, timeFirstByte } from './measure';
import { aml } from './surroundings';

/** A warm submit to a container in its own environment, beside the engine's create, start and first byte of the same image. */
export const firstLineDocker: Benchmark = {
  topic: 'first-line-docker',
  run: async ({ project, shell, repetitions }) => {
    const { image } = await project.json<{ image: string }>('experiment', 'prepare', '-c', 'docker');
    const samples = await interleave(repetitions, {
      ours: () =>
        timeFirstByte([aml, 'experiment', 'submit', '-c', 'docker', 'hello.py'], {
          cwd: project.path,
          env: shell,
        }),
      bare: () => firstByteOfContainer(image, ['python3', '-c', 'print("hello", flush=True)']),
    });
    return [
      row({
        what: 'submit to first line, `docker`',
        unit: 'ms',
        beside: 'engine API: create, start, first byte',
        ...samples,
        bar: { addsAtMost: 600 },
      }),
    ];
  },
};
