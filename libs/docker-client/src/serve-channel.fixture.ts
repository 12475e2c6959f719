import { execFileSync } from 'node:child_process';
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';

export interface ServedChannel {
  readonly url: string;
  /** Certificate of the authority that signed the server's, PEM. */
  readonly ca: string;
  close(): void;
}

/** Serves a folder by HTTPS on loopback to whoever has the password, with a certificate of an authority of its own. */
export async function serveChannel(folder: string, user: string, password: string): Promise<ServedChannel> {
  const { key, cert, ca } = makeCertificates();
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const server = createServer({ key, cert }, (request, response) => {
    const path = join(folder, normalize(new URL(request.url ?? '/', 'https://x').pathname));
    if (request.headers.authorization !== wanted) {
      response.writeHead(401).end();
    } else if (!existsSync(path) || !statSync(path).isFile()) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { 'content-length': statSync(path).size });
      if (request.method === 'HEAD') response.end();
      else createReadStream(path).pipe(response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}`, ca, close: () => server.close() };
}

function makeCertificates(): { readonly key: string; readonly cert: string; readonly ca: string } {
  const folder = mkdtempSync(join(tmpdir(), 'aml-certificates-'));
  const openssl = (...argv: readonly string[]): void => {
    execFileSync('openssl', [...argv], { cwd: folder, stdio: 'ignore' });
  };
  try {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
      '-days',
      '2',
      '-subj',
      '/CN=site',
    );
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'key.pem',
      '-out',
      'request.pem',
      '-subj',
      '/CN=127.0.0.1',
    );
    writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1\n');
    const sign = [
      'x509',
      '-req',
      '-in',
      'request.pem',
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
    ];
    openssl(...sign, '-out', 'cert.pem', '-days', '2', '-extfile', 'names');
    const [key = '', cert = '', ca = ''] = ['key.pem', 'cert.pem', 'ca.pem'].map((name) =>
      readFileSync(join(folder, name), 'utf8'),
    );
    return { key, cert, ca };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
