import { CommandRun, type CommandOptions, type Outcome } from '@aml/testing';

/** One way to do a thing; gives what it took, in the unit of its row. */
export type Measured = () => Promise<number>;
export type Samples<Side extends string> = Record<Side, number[]>;

/**
 * Measures each side once per repetition, the sides in turn, so that a change of the machine's mood meets all of them.
 * The order turns with each repetition; one round before is not counted.
 */
export async function interleave<Side extends string>(
  repetitions: number,
  sides: Readonly<Record<Side, Measured>>,
): Promise<Samples<Side>> {
  const names = Object.keys(sides) as Side[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Samples<Side>;
  for (let round = -1; round < repetitions; round += 1) {
    const first = Math.max(round, 0) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const sample = await sides[name]();
      if (round >= 0) samples[name].push(sample);
    }
  }
  return samples;
}

export const median = (values: readonly number[]): number => percentile(values, 50);

/** By the nearest rank, between two ranks their mean. @throws Error where there are no values. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = ((sorted.length - 1) * percent) / 100;
  const [below, above] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  if (below === undefined || above === undefined) throw new Error('there is nothing to take a percentile of');
  return (below + above) / 2;
}

/** Milliseconds that some work takes. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Milliseconds from the start of a program to its end. @throws Error unless it ends with 0. */
export async function timeProgram(argv: readonly string[], options: CommandOptions): Promise<number> {
  return (await succeed(new CommandRun(argv, options))).seconds * 1000;
}

/** Milliseconds from the start of a program to its first byte on stdout; waits for its end. @throws Error unless it ends with 0. */
export async function timeFirstByte(argv: readonly string[], options: CommandOptions): Promise<number> {
  return firstByte(new CommandRun(argv, options));
}

/** Milliseconds to the first byte that a started command has on a stream. */
export async function firstByte(
  command: CommandRun,
  stream: 'stdout' | 'stderr' = 'stdout',
): Promise<number> {
  const outcome = await succeed(command);
  const piece = command.pieces.find((each) => each.stream === stream);
  if (piece === undefined) throw new Error(`nothing on ${stream}; stderr: ${outcome.stderr}`);
  return piece.atSeconds * 1000;
}

export async function succeed(command: CommandRun): Promise<Outcome> {
  const outcome = await command.ended;
  if (outcome.exitCode !== 0)
    throw new Error(`ended with ${outcome.exitCode}: ${outcome.stdout}${outcome.stderr}`);
  return outcome;
}

/** Milliseconds since 1970 as other processes read them, with the fraction that `Date.now()` lacks. */
export function startWallClock(): () => number {
  const before = Date.now();
  let now = Date.now();
  while (now === before) now = Date.now();
  const offset = now - performance.now();
  return () => performance.now() + offset;
}
