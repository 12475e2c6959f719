/** Cuts bytes into lines: at line feeds, and what a carriage return overwrites on a terminal is left out. Lines over 64 KiB are cut. */
export class LineSplitter {
  private pending: Buffer = Buffer.alloc(0);

  constructor(
    private readonly onLine: (line: string) => void,
    private readonly maximum = 64 * 1024,
  ) {}

  push(bytes: Uint8Array): void {
    let rest: Buffer = Buffer.concat([this.pending, bytes]);
    for (;;) {
      const end = rest.indexOf(0x0a);
      if (end < 0 && rest.length <= this.maximum) break;
      const cut = end < 0 || end > this.maximum ? this.maximum : end;
      this.emit(rest.subarray(0, cut));
      rest = rest.subarray(cut === end ? cut + 1 : cut);
    }
    this.pending = rest;
  }

  end(): void {
    if (this.pending.length > 0) this.emit(this.pending);
    this.pending = Buffer.alloc(0);
  }

  private emit(bytes: Buffer): void {
    const line = bytes.toString().replace(/\r+$/, '');
    this.onLine(line.slice(line.lastIndexOf('\r') + 1));
  }
}
