import { describe, expect, it } from 'vitest';
import { BuildOutput } from './build-output';
import { writeBytesField } from './protobuf-wire';

const text = (number: number, value: string): Buffer => writeBytesField(number, Buffer.from(value));
const step = (digest: string, name: string, ...more: Buffer[]): Buffer =>
  writeBytesField(1, Buffer.concat([text(1, digest), text(3, name), ...more]));
const log = (digest: string, message: string): Buffer =>
  writeBytesField(3, Buffer.concat([text(1, digest), text(4, message)]));
const started = writeBytesField(5, Buffer.alloc(0));
const cached = Buffer.from([4 << 3, 1]);

function linesOf(...messages: Buffer[]): { lines: string[]; error: string | undefined } {
  const lines: string[] = [];
  const output = new BuildOutput((line) => lines.push(line));
  for (const message of messages) {
    output.accept(JSON.stringify({ id: 'moby.buildkit.trace', aux: message.toString('base64') }));
  }
  return { lines, error: output.finish().error };
}

describe('the output of BuildKit', () => {
  it('names each step once and then gives what it writes, line by line', () => {
    const { lines } = linesOf(
      step('a', '[internal] load build context', started),
      step('b', '[2/2] RUN make', started),
      log('b', 'first\nsec'),
      step('b', '[2/2] RUN make', started),
      log('b', 'ond\r\n10%\r20%\nlast'),
    );
    expect(lines).toEqual(['[2/2] RUN make', 'first', 'second', '20%', 'last']);
  });

  it('says which steps came from the cache', () => {
    expect(linesOf(step('a', '[1/2] COPY a b', started, cached)).lines).toEqual(['[1/2] COPY a b (cached)']);
  });

  it('keeps the error of the step that failed', () => {
    expect(linesOf(step('a', 'RUN false', started, text(7, 'exit code: 1'))).error).toBe('exit code: 1');
  });

  it('survives what it does not know', () => {
    const lines: string[] = [];
    const output = new BuildOutput((line) => lines.push(line));
    output.accept('not JSON');
    output.accept('{"id": "moby.buildkit.trace", "aux": "////"}');
    output.accept('{"id": "something.new", "aux": {}}');
    expect(lines).toEqual(['not JSON']);
  });
});
