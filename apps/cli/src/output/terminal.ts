import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { createColors } from 'picocolors';

export type Colors = ReturnType<typeof createColors>;

/** Where a command writes; a fake of it lets a test read what a person would see. */
export interface Terminal {
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly inIsTerminal: boolean;
  /** Columns of the terminal; 120 where there is none. */
  readonly columns: number;
  /** Colours for stdout; they do nothing where it is no terminal. */
  readonly outColors: Colors;
  /** Colours for stderr. */
  readonly errColors: Colors;
  readonly out: (text: string | Uint8Array) => void;
  readonly err: (text: string | Uint8Array) => void;
}

/** The terminal of this process. `color` undefined: colours where the stream is a terminal. */
export function processTerminal(color: boolean | undefined): Terminal {
  const outIsTerminal = isatty(1);
  const errIsTerminal = isatty(2);
  return {
    outIsTerminal,
    errIsTerminal,
    inIsTerminal: isatty(0),
    columns: (outIsTerminal ? process.stdout.columns : errIsTerminal ? process.stderr.columns : 0) || 120,
    outColors: createColors(color ?? outIsTerminal),
    errColors: createColors(color ?? errIsTerminal),
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
  };
}

/** Writes at once and wholly, so that the order of the two streams is kept and nothing is lost when the process ends. */
function writeAll(descriptor: 1 | 2, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  let done = 0;
  while (done < bytes.length) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      else return endOnClosedPipe(error as NodeJS.ErrnoException);
    }
  }
}

/** `aml history list | head`: the reader has seen enough; the exit code is that of a program ended by SIGPIPE. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? 141 : 5);
}
