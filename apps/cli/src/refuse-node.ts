/** What to say where this Node.js is too old for us; undefined where it is not. */
export function refuseNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return undefined;
  return (
    `error: Node.js 20.19 or newer is needed; this is ${version} (${process.execPath})\n` +
    'next: Install a newer one, or set AML_NODE to the path of one that is there already.\n'
  );
}
