import { AppError } from '@aml/errors';

/** What decides where the engine is. Nothing is read from the process itself. */
export interface DockerAddressInput {
  /** `unix:///path`, `tcp://host:port`, a path; wins over everything else. */
  readonly host?: string | undefined;
  /** `DOCKER_HOST`, `DOCKER_CONTEXT`, `DOCKER_CONFIG`, `DOCKER_CERT_PATH`, `DOCKER_TLS_VERIFY`, `HOME` are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Undefined when the file is not there. */
  readonly readFile: (path: string) => string | undefined;
  /** SHA-256 in hex: names of contexts' folders are hashes. */
  readonly sha256: (text: string) => string;
}

export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export type DockerAddress =
  | { readonly kind: 'unix'; readonly display: string; readonly socketPath: string }
  | {
      readonly kind: 'tcp';
      readonly display: string;
      readonly host: string;
      readonly port: number;
      readonly tls?: TlsFiles;
    };

const defaultSocket = '/var/run/docker.sock';

/**
 * Finds the engine as the `docker` command does: an explicit host, `DOCKER_HOST`, `DOCKER_CONTEXT`, the current context of
 * `~/.docker/config.json`, else the default socket.
 */
export function findDockerAddress(input: DockerAddressInput): DockerAddress {
  const { env } = input;
  const explicit = input.host ?? (env['DOCKER_HOST'] || undefined);
  if (explicit !== undefined) return parseDockerHost(explicit, tlsOfEnvironment(input));

  const configFolder = env['DOCKER_CONFIG'] || (env['HOME'] ? `${env['HOME']}/.docker` : undefined);
  if (configFolder === undefined) return parseDockerHost(defaultSocket, undefined);
  const context = env['DOCKER_CONTEXT'] || currentContext(input.readFile(`${configFolder}/config.json`));
  if (context === undefined || context === 'default') return parseDockerHost(defaultSocket, undefined);
  return addressOfContext(input, configFolder, context);
}

function currentContext(configText: string | undefined): string | undefined {
  if (configText === undefined) return undefined;
  const value = parseJson(configText)?.['currentContext'];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function addressOfContext(input: DockerAddressInput, configFolder: string, context: string): DockerAddress {
  const id = input.sha256(context);
  const meta = parseJson(input.readFile(`${configFolder}/contexts/meta/${id}/meta.json`) ?? '');
  const endpoint = asRecord(asRecord(meta?.['Endpoints'])?.['docker']);
  const host = endpoint?.['Host'];
  if (typeof host !== 'string') {
    throw new AppError({
      code: 'docker-context-unknown',
      message: `The Docker context "${context}" is not in ${configFolder}/contexts.`,
      hint: 'See `docker context ls`, then `docker context use NAME`.',
      blame: 'user',
    });
  }
  const folder = `${configFolder}/contexts/tls/${id}/docker`;
  return parseDockerHost(host, readTls(input, folder));
}

function tlsOfEnvironment(input: DockerAddressInput): TlsFiles | undefined {
  const verify = input.env['DOCKER_TLS_VERIFY'];
  const folder =
    input.env['DOCKER_CERT_PATH'] || (verify && input.env['HOME'] ? `${input.env['HOME']}/.docker` : '');
  return folder ? readTls(input, folder) : undefined;
}

function readTls(input: DockerAddressInput, folder: string): TlsFiles | undefined {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) =>
    input.readFile(`${folder}/${name}`),
  );
  if (ca === undefined && cert === undefined) return undefined;
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) };
}

/** `unix:///var/run/docker.sock`, `/run/user/1000/docker.sock`, `tcp://10.0.0.5:2376`, `10.0.0.5:2375`. */
export function parseDockerHost(host: string, tls: TlsFiles | undefined): DockerAddress {
  if (host.startsWith('unix://') || host.startsWith('/')) {
    const socketPath = host.replace(/^unix:\/\//, '') || defaultSocket;
    return { kind: 'unix', display: `unix://${socketPath}`, socketPath };
  }
  const withScheme = host.includes('://') ? host : `tcp://${host}`;
  const url = parseUrl(withScheme);
  if (url === undefined || !['tcp:', 'http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new AppError({
      code: 'docker-host-invalid',
      message: `The Docker host "${host}" is neither a socket (unix:///PATH) nor tcp://HOST:PORT.`,
      hint: withScheme.startsWith('ssh:')
        ? 'For an engine on another machine use a compute target of the kind remotedocker.'
        : 'Correct DOCKER_HOST, or unset it to use the engine of this machine.',
      blame: 'user',
    });
  }
  const secure = tls !== undefined || url.protocol === 'https:';
  const port = url.port === '' ? (secure ? 2376 : 2375) : Number(url.port);
  return {
    kind: 'tcp',
    display: `tcp://${url.hostname}:${port}`,
    host: url.hostname,
    port,
    ...(secure ? { tls: tls ?? {} } : {}),
  };
}

function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text.replace(/^tcp:/, 'http:'));
  } catch {
    return undefined;
  }
}

function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    return asRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}
