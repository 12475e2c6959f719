import { CommandRun, type CommandOptions } from '@aml/testing';
import { row, type Benchmark } from './benchmark';
import { interleave, percentile, startWallClock, succeed } from './measure';
import { aml } from './surroundings';

const LINES = 100;
const SCRIPT = `import time
for _ in range(${LINES}):
    print(time.time(), flush=True)
    time.sleep(0.05)
`;

/** A script says what time it is every 50 ms; how old is a line when it arrives on the command's stdout? */
export const logLine: Benchmark = {
  topic: 'log-line',
  run: async ({ project, shell, repetitions }) => {
    project.write({ 'clock.py': SCRIPT });
    await project.succeed('experiment', 'prepare', '-c', 'docker');
    const options = { cwd: project.path, env: shell };
    const submit = (configuration: string) => (): Promise<number> =>
      ageOfLines([aml, 'experiment', 'submit', '-c', configuration, 'clock.py'], options);
    const samples = await interleave(repetitions, {
      local: submit('local'),
      docker: submit('docker'),
      bare: () => ageOfLines(['python3', 'clock.py'], options),
    });
    return (['local', 'docker'] as const).map((target) =>
      row({
        what: `log line from script to terminal, p95, \`${target}\``,
        unit: 'ms',
        beside: 'a pipe',
        ours: samples[target],
        bare: samples.bare,
        bar: { under: 150 },
      }),
    );
  },
};

/** The age in milliseconds that 95 % of the lines do not exceed. */
async function ageOfLines(argv: readonly string[], options: CommandOptions): Promise<number> {
  const now = startWallClock();
  const ages: number[] = [];
  let rest = '';
  const command = new CommandRun(argv, options);
  command.process.stdout?.on('data', (bytes: Buffer) => {
    const arrived = now();
    const lines = (rest + bytes.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) ages.push(arrived - Number(line) * 1000);
  });
  await succeed(command);
  if (ages.length !== LINES) throw new Error(`${ages.length} lines of ${LINES} arrived`);
  return percentile(ages, 95);
}
