import { createColors } from 'picocolors';
import type { Terminal } from './terminal';

export interface FakeTerminal extends Terminal {
  /** What a person would have seen on stdout. */
  readonly printed: () => string;
  readonly printedErr: () => string;
}

/** A terminal that keeps what is written; for tests. */
export function fakeTerminal(
  options: { readonly isTerminal?: boolean; readonly columns?: number } = {},
): FakeTerminal {
  const out: string[] = [];
  const err: string[] = [];
  const text = (value: string | Uint8Array): string =>
    typeof value === 'string' ? value : Buffer.from(value).toString('latin1');
  const isTerminal = options.isTerminal ?? false;
  return {
    outIsTerminal: isTerminal,
    errIsTerminal: isTerminal,
    inIsTerminal: isTerminal,
    columns: options.columns ?? 80,
    outColors: createColors(false),
    errColors: createColors(false),
    out: (value) => out.push(text(value)),
    err: (value) => err.push(text(value)),
    printed: () => out.join(''),
    printedErr: () => err.join(''),
  };
}
