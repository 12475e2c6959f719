import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Agent } from 'node:http';
import Docker from 'dockerode';
import { findDockerAddress, type DockerAddress } from './docker-address';
import type { DockerEngine } from './docker-engine';
import { DockerodeEngine } from './dockerode-engine';

export interface ConnectDockerOptions {
  /** `unix:///PATH`, a path or `tcp://HOST:PORT`; default: as the `docker` command finds it from `env`. */
  readonly host?: string;
  /** The environment of whoever asks: `DOCKER_HOST`, `DOCKER_CONTEXT`, `DOCKER_CONFIG`, `DOCKER_CERT_PATH`, `HOME`. Default: empty. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Opens the connections, for an engine behind SSH; `address` then names it in messages. */
  readonly through?: { readonly agent: Agent; readonly address: string };
}

/** The engine that these options name. Nothing is sent before the first call. */
export function connectDocker(options: ConnectDockerOptions = {}): DockerEngine {
  if (options.through) {
    const { agent } = options.through;
    const clientOptions: Docker.DockerOptions & { agent: Agent } = {
      ...nothingFromTheProcess,
      host: 'docker',
      port: 80,
      agent,
    };
    const docker = new Docker(clientOptions);
    return new DockerodeEngine(docker, options.through.address, false);
  }
  const address = findDockerAddress({
    host: options.host,
    env: options.env ?? {},
    readFile: readIfThere,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
  });
  return new DockerodeEngine(new Docker(optionsFor(address)), address.display, address.kind === 'unix');
}

/** The client library looks at the environment of the process for whatever is not given; so everything is. */
const nothingFromTheProcess = {
  protocol: 'http',
  host: undefined,
  port: undefined,
  socketPath: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
} as const satisfies Docker.DockerOptions;

function optionsFor(address: DockerAddress): Docker.DockerOptions {
  if (address.kind === 'unix') return { ...nothingFromTheProcess, socketPath: address.socketPath };
  const protocol = address.tls ? 'https' : 'http';
  return { ...nothingFromTheProcess, protocol, host: address.host, port: address.port, ...address.tls };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
