import { median } from './measure';
import type { Surroundings } from './surroundings';

/** One topic: a file `TOPIC.bench.ts`. */
export interface Benchmark {
  readonly topic: string;
  run(surroundings: Surroundings): Promise<readonly Row[]>;
}

export type Unit = 'ms' | 's' | 'MB' | 'builds';

/** What was promised, and whether this measurement keeps it. */
export interface Verdict {
  readonly bar: string;
  readonly met: boolean;
}

/** One line of the table. */
export interface Row {
  readonly what: string;
  readonly unit: Unit;
  /** Medians. */
  readonly ours: number;
  readonly bare: number;
  /** What the bare operation is. */
  readonly beside: string;
  readonly verdict: Verdict | null;
  readonly note: string | null;
  readonly samples: { readonly ours: readonly number[]; readonly bare: readonly number[] };
}

export type Bar =
  | { readonly under: number }
  | { readonly addsAtMost: number }
  | { readonly timesFaster: number }
  | { readonly text: string; readonly met: boolean };

/** A row from the samples of both sides; without a bar it only informs. */
export function row(input: {
  readonly what: string;
  readonly unit: Unit;
  readonly beside: string;
  readonly ours: readonly number[];
  readonly bare: readonly number[];
  readonly bar?: Bar;
  readonly note?: string;
}): Row {
  const { what, unit, beside } = input;
  const [ours, bare] = [median(input.ours), median(input.bare)];
  return {
    what,
    unit,
    ours,
    bare,
    beside,
    verdict: input.bar === undefined ? null : judge(input.bar, ours, bare, unit),
    note: input.note ?? null,
    samples: { ours: input.ours, bare: input.bare },
  };
}

function judge(bar: Bar, ours: number, bare: number, unit: Unit): Verdict {
  if ('under' in bar) return { bar: `< ${bar.under} ${unit}`, met: ours < bar.under };
  if ('addsAtMost' in bar)
    return { bar: `≤ bare + ${bar.addsAtMost} ${unit}`, met: ours - bare <= bar.addsAtMost };
  if ('timesFaster' in bar)
    return { bar: `≥ ${bar.timesFaster} × faster`, met: bare / ours >= bar.timesFaster };
  return { bar: bar.text, met: bar.met };
}
