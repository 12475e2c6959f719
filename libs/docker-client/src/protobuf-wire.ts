/**
 * As much of the protobuf wire format as BuildKit's messages need: strings, bytes, numbers and nested messages.
 * A schema compiler would be a dependency for four small messages.
 */
export type WireField =
  | { readonly number: number; readonly kind: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly kind: 'bytes'; readonly value: Buffer };

/** The fields of one message in order; fields of other wire types are skipped. Stops quietly at a truncated end. */
export function* readFields(message: Buffer): Generator<WireField> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; at < message.length; shift += 7n) {
      const byte = message[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const key = varint();
    const number = Number(key >> 3n);
    const wireType = Number(key & 7n);
    if (wireType === 0) {
      yield { number, kind: 'varint', value: varint() };
    } else if (wireType === 2) {
      const length = Number(varint());
      yield { number, kind: 'bytes', value: message.subarray(at, at + length) };
      at += length;
    } else if (wireType === 1 || wireType === 5) {
      at += wireType === 1 ? 8 : 4;
    } else {
      return;
    }
  }
}

/** One field of strings or bytes. */
export function writeBytesField(number: number, value: Uint8Array): Buffer {
  return Buffer.concat([writeVarint((number << 3) | 2), writeVarint(value.length), value]);
}

function writeVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
