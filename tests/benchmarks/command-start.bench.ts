import { row, type Benchmark } from './benchmark';
import { interleave, timeProgram } from './measure';
import { aml } from './surroundings';

/** `aml --help` beside Node alone, both without and with the extra certificates that the shell may name. */
export const commandStart: Benchmark = {
  topic: 'command-start',
  run: async ({ journey, repetitions }) => {
    const { NODE_EXTRA_CA_CERTS: certificates, ...clean } = journey.env;
    const measure = (env: Readonly<Record<string, string>>) =>
      interleave(3 * repetitions, {
        ours: () => timeProgram([aml, '--help'], { cwd: journey.folder, env }),
        bare: () => timeProgram(['node', '-e', '0'], { cwd: journey.folder, env }),
      });
    const rows = [
      row({
        what: '`aml --help`',
        unit: 'ms',
        beside: '`node -e 0`',
        ...(await measure(clean)),
        bar: { addsAtMost: 60 },
      }),
    ];
    if (certificates !== undefined) {
      rows.push(
        row({
          what: '`aml --help`, NODE_EXTRA_CA_CERTS set',
          unit: 'ms',
          beside: '`node -e 0`',
          ...(await measure({ ...clean, NODE_EXTRA_CA_CERTS: certificates })),
          bar: { addsAtMost: 60 },
        }),
      );
    }
    return rows;
  },
};
