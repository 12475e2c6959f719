import { request } from 'node:http';

const SOCKET = process.env['DOCKER_HOST']?.startsWith('unix://')
  ? process.env['DOCKER_HOST'].slice('unix://'.length)
  : '/var/run/docker.sock';

/** The engine's API with nothing between. @throws Error on an answer of 400 and more, save those in `allow`. */
export function callEngine(
  method: string,
  path: string,
  options: {
    readonly body?: unknown;
    readonly allow?: readonly number[];
    readonly onBytes?: () => void;
  } = {},
): Promise<string> {
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        socketPath: SOCKET,
        method,
        path,
        headers:
          body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        let text = '';
        response.on('data', (bytes: Buffer) => {
          options.onBytes?.();
          text += bytes.toString();
        });
        response.once('error', reject);
        response.once('end', () => {
          const status = response.statusCode ?? 0;
          if (status < 400 || options.allow?.includes(status)) resolve(text);
          else reject(new Error(`${method} ${path}: ${status} ${text}`));
        });
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

/** Milliseconds to create and start a container and to read its first byte; removes it. */
export async function firstByteOfContainer(image: string, command: readonly string[]): Promise<number> {
  const began = performance.now();
  const created = await callEngine('POST', '/containers/create', { body: { Image: image, Cmd: command } });
  const { Id: id } = JSON.parse(created) as { Id: string };
  try {
    await callEngine('POST', `/containers/${id}/start`);
    let first: number | undefined;
    await callEngine('GET', `/containers/${id}/logs?stdout=1&follow=1`, {
      onBytes: () => (first ??= performance.now() - began),
    });
    if (first === undefined) throw new Error(`the container of ${image} said nothing`);
    return first;
  } finally {
    await callEngine('DELETE', `/containers/${id}?force=1`);
  }
}

/** The image is not there afterwards. */
export async function removeImage(image: string): Promise<void> {
  await callEngine('DELETE', `/images/${image}?force=1`, { allow: [404] });
}
