import { secretForms } from './secret-forms';

const MASK = 0x2a; // *

/** Replaces known secret values by a mask of the same length, so that offsets stay true. */
export interface Masker {
  /** For one stream of bytes, in order. */
  stream(): MaskStream;
  text(text: string): string;
  /** Bytes before a position that must be seen again to go on from there. */
  readonly overlap: number;
}

export interface MaskStream {
  /** Bytes just before the first ones, which are out already; not returned again. */
  prime(before: Buffer): void;
  /** What can go out now; the rest may be the beginning of a value and waits for more. */
  push(bytes: Buffer): MaskedBytes;
  /** The rest: nothing more comes. */
  flush(): MaskedBytes;
}

export interface MaskedBytes {
  readonly bytes: Buffer;
  /** Values found. */
  readonly masked: number;
}

/** @param values secret values; those of fewer than 4 bytes are not looked for. */
export function createMasker(values: Iterable<string>): Masker {
  const forms = [
    ...new Map([...values].flatMap(secretForms).map((form) => [form.toString('latin1'), form])).values(),
  ];
  const longest = Math.max(0, ...forms.map((form) => form.length));
  const overlap = Math.max(0, longest - 1);
  return {
    overlap,
    stream: () => (forms.length === 0 ? passThrough : new FormStream(forms, overlap)),
    text: (text) => {
      if (forms.length === 0) return text;
      const stream = new FormStream(forms, overlap);
      const { bytes } = stream.push(Buffer.from(text));
      return Buffer.concat([bytes, stream.flush().bytes]).toString();
    },
  };
}

const passThrough: MaskStream = {
  prime: () => undefined,
  push: (bytes) => ({ bytes, masked: 0 }),
  flush: () => ({ bytes: Buffer.alloc(0), masked: 0 }),
};

/** A byte is masked when it is part of any occurrence of any form: a rule that does not depend on where chunks end. */
class FormStream implements MaskStream {
  private before: Buffer = Buffer.alloc(0);
  private held: Buffer = Buffer.alloc(0);

  constructor(
    private readonly forms: readonly Buffer[],
    private readonly overlap: number,
  ) {}

  prime(before: Buffer): void {
    this.before = before.subarray(Math.max(0, before.length - this.overlap));
  }

  push(bytes: Buffer): MaskedBytes {
    return this.emit(bytes, false);
  }

  flush(): MaskedBytes {
    return this.emit(Buffer.alloc(0), true);
  }

  private emit(bytes: Buffer, last: boolean): MaskedBytes {
    const all = Buffer.concat([this.before, this.held, bytes]);
    const start = this.before.length;
    const known = start + this.held.length;
    const output = Buffer.from(all);
    let masked = 0;
    for (const form of this.forms) {
      for (let at = all.indexOf(form); at >= 0; at = all.indexOf(form, at + 1)) {
        output.fill(MASK, at, at + form.length);
        if (at + form.length > known) masked += 1;
      }
    }
    const end = last ? all.length : Math.max(start, this.firstOpen(all));
    this.before = all.subarray(Math.max(0, end - this.overlap), end);
    this.held = all.subarray(end);
    return { bytes: output.subarray(start, end), masked };
  }

  /** Where the earliest suffix begins that some form begins with. */
  private firstOpen(all: Buffer): number {
    for (let at = Math.max(0, all.length - this.overlap); at < all.length; at += 1) {
      const length = all.length - at;
      const open = this.forms.some(
        (form) =>
          form.length > length && form[0] === all[at] && form.compare(all, at, all.length, 0, length) === 0,
      );
      if (open) return at;
    }
    return all.length;
  }
}
