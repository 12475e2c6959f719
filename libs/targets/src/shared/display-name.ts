/** A file name for people: bytes that are not UTF-8, and control characters, are shown as `\xff`. */
export function displayName(name: Buffer): string {
  const text = isUtf8(name) ? name.toString() : name.toString('latin1').replace(/[\x80-\xff]/g, escape);
  return text.replace(/[\x00-\x1f\x7f]/g, escape);
}

export function isUtf8(name: Buffer): boolean {
  return Buffer.from(name.toString()).equals(name);
}

function escape(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
