import { type FindingList, type Position } from './finding';

/** A file of the project as it lies on disk. */
export interface SourceFile {
  /** From the project root, `/` separators: `aml_config/docker.compute`. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** Files of `aml_config` are a few hundred bytes; beyond 64 KiB nothing is parsed, which bounds the time of a read. */
export const LARGEST_FILE = 64 * 1024;

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface DecodedText {
  /** Without byte order mark. */
  readonly text: string;
  readonly encoding: Encoding;
  readonly byteOrderMark: boolean;
}

/** A file's text with the places of its lines. */
export class SourceText {
  private readonly starts: number[] = [0];

  constructor(
    readonly path: string,
    readonly text: string,
  ) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  get lineCount(): number {
    return this.starts.length;
  }

  /** The place of an offset; offsets outside the text are moved to its nearest end. */
  positionAt(offset: number): Position {
    const inside = Math.min(Math.max(offset, 0), this.text.length);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= inside) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: inside - (this.starts[low] ?? 0) + 1 };
  }

  /** Offset of the first character of a 1-based line. */
  lineStart(line: number): number {
    return this.starts[line - 1] ?? this.text.length;
  }

  /** Text of a 1-based line without its line ending; empty outside the file. */
  line(line: number): string {
    const start = this.starts[line - 1];
    if (start === undefined) return '';
    const end = this.starts[line] === undefined ? this.text.length : (this.starts[line] ?? 0) - 1;
    return this.text.slice(start, end).replace(/\r$/, '');
  }
}

/** Decodes a file, or says why it cannot be read (too big, binary). UTF-16 and bytes that are not UTF-8 give warnings. */
export function readSourceText(file: SourceFile, findings: FindingList): SourceText | undefined {
  const start = { line: 1, column: 1 };
  if (file.content.length > LARGEST_FILE) {
    findings.error(file.path, start, {
      code: 'file-too-big',
      message: `the file has ${String(file.content.length)} bytes; at most ${String(LARGEST_FILE)} are read`,
      hint: 'Check that this is the file you meant: configuration files are small.',
    });
    return undefined;
  }
  const decoded = decodeText(file.content);
  const source = new SourceText(file.path, unifyLoneReturns(decoded.text));
  const nul = decoded.text.indexOf('\0');
  if (nul >= 0) {
    findings.error(file.path, source.positionAt(nul), {
      code: 'file-binary',
      message: 'the file is binary: it has a NUL byte here, which no text file has',
      hint: 'Write the file again as UTF-8 text; UTF-16 without a byte order mark also looks like this.',
    });
    return undefined;
  }
  reportEncoding(decoded, source, findings);
  return source;
}

function reportEncoding(decoded: DecodedText, source: SourceText, findings: FindingList): void {
  if (decoded.encoding === 'utf-8') return;
  if (decoded.encoding === 'windows-1252') {
    const at = [...decoded.text].findIndex((character) => character.charCodeAt(0) > 127);
    findings.warning(source.path, source.positionAt(at), {
      code: 'encoding-not-utf8',
      message: 'the bytes here are not UTF-8; the file is read as Windows-1252',
      hint: 'Save the file as UTF-8.',
    });
    return;
  }
  findings.warning(source.path, source.positionAt(0), {
    code: 'encoding-utf16',
    message:
      'the file is UTF-16 (PowerShell writes `>` redirections this way); it is read, other tools may not read it',
    hint: 'Save the file as UTF-8.',
  });
}

/** The text of a file's bytes. UTF-16 is recognised by its byte order mark; what is not UTF-8 is read as Windows-1252. */
export function decodeText(content: Uint8Array): DecodedText {
  const [first, second, third] = content;
  if (first === 0xff && second === 0xfe) return decodeAs('utf-16le', content.subarray(2), true);
  if (first === 0xfe && second === 0xff) return decodeAs('utf-16be', content.subarray(2), true);
  const byteOrderMark = first === 0xef && second === 0xbb && third === 0xbf;
  const rest = byteOrderMark ? content.subarray(3) : content;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rest);
    return { text, encoding: 'utf-8', byteOrderMark };
  } catch {
    return decodeAs('windows-1252', rest, byteOrderMark);
  }
}

function decodeAs(encoding: Encoding, content: Uint8Array, byteOrderMark: boolean): DecodedText {
  return { text: new TextDecoder(encoding, { ignoreBOM: true }).decode(content), encoding, byteOrderMark };
}

/** The bytes of a text in the encoding it was read in. Windows-1252 becomes UTF-8, which says the same to every reader. */
export function encodeText(text: string, like: Omit<DecodedText, 'text'>): Uint8Array {
  const marked = like.byteOrderMark ? `\ufeff${text}` : text;
  if (like.encoding === 'utf-8' || like.encoding === 'windows-1252') return new TextEncoder().encode(marked);
  const bytes = new Uint8Array(marked.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < marked.length; at += 1) {
    view.setUint16(at * 2, marked.charCodeAt(at), like.encoding === 'utf-16le');
  }
  return bytes;
}

/** Line ends of old Macs become `\n`: same length, so every offset stays true. */
function unifyLoneReturns(text: string): string {
  return text.replace(/\r(?!\n)/g, '\n');
}
