/** Shorter values would be found by chance all over a log. */
const SHORTEST = 4;
const SHORTEST_PART = 8;

/** The byte sequences under which a secret value may turn up: as it is, in JSON, in a URL, as base64 (also inside more). */
export function secretForms(value: string): Buffer[] {
  if (Buffer.byteLength(value) < SHORTEST) return [];
  const lines = value.split(/\r?\n/).filter((line) => line.length >= SHORTEST_PART);
  const url = encodeURIComponent(value);
  const texts = [
    value,
    ...lines,
    JSON.stringify(value).slice(1, -1),
    ...[url, url.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())].flatMap((form) => [
      form,
      form.replaceAll('%20', '+'),
    ]),
    ...base64Forms(value),
  ];
  return [...new Set(texts)].map((text) => Buffer.from(text));
}

/**
 * base64 depends on what stands before a value, modulo 3 bytes; of each of the three forms the characters that the value
 * alone decides.
 */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  const whole = bytes.toString('base64');
  const forms = [whole, whole.replace(/=+$/, ''), bytes.toString('base64url')];
  for (const before of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const first = Math.ceil((before * 8) / 6);
    const decided = Math.floor(((before + bytes.length) * 8) / 6);
    const part = text.slice(first, decided);
    if (part.length >= SHORTEST_PART) {
      forms.push(part, part.replaceAll('+', '-').replaceAll('/', '_'));
    }
  }
  return forms.filter((form) => form.length >= SHORTEST);
}
