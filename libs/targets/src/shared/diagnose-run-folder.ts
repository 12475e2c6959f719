import type { Host } from './host';
import type { RunFolder } from './run-folder';

type Diagnosis = readonly { readonly path: string; readonly content: Buffer }[];

const LARGEST = 256 * 1024;
const END_OF_SPOOL = 16 * 1024;

/** The control folder (values of the environment blanked, they may be secret), the end of each spool file, and the machine. */
export async function diagnoseRunFolder(host: Host, folder: RunFolder): Promise<Diagnosis> {
  const found: { path: string; content: Buffer }[] = [];
  for await (const entry of host.walk(folder.control)) {
    if (entry.type !== 'file' || entry.path.startsWith('bin/')) continue;
    const content = await host.readFile(`${folder.control}/${entry.path}`, 0, LARGEST);
    if (!content) continue;
    const isRequest = entry.path === 'request.json';
    found.push({ path: `control/${entry.path}`, content: isRequest ? withoutValues(content) : content });
  }
  for (const name of ['stdout', 'stderr', 'metrics'] as const) {
    const size = (await host.stat(folder[name]))?.size ?? 0;
    const content = await host.readFile(folder[name], Math.max(0, size - END_OF_SPOOL), END_OF_SPOOL);
    if (content?.length) found.push({ path: `spool/end-of-${name}`, content });
  }
  const machine = {
    host: host.name,
    user: await host.user(),
    bootId: await host.bootId(),
    freeBytes: await host.freeBytes(folder.root).catch(() => null),
  };
  found.push({ path: 'machine.json', content: Buffer.from(JSON.stringify(machine, null, 2)) });
  return found;
}

function withoutValues(content: Buffer): Buffer {
  try {
    const request = JSON.parse(content.toString()) as { env?: Record<string, string> };
    const env = Object.fromEntries(Object.keys(request.env ?? {}).map((name) => [name, '(left out)']));
    return Buffer.from(JSON.stringify({ ...request, env }, null, 2));
  } catch {
    return Buffer.from('(not valid JSON, left out)');
  }
}
