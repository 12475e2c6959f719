import { randomUUID } from 'node:crypto';
import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { EngineConnection } from './engine-connection';
import { readFields, writeBytesField } from './protobuf-wire';

/** An open BuildKit session: the build asks it for secrets and for credentials of registries. */
export interface BuildKitSession {
  readonly id: string;
  close(): void;
}

/** `HealthCheckResponse { status: SERVING }` of grpc/health/v1/health.proto. */
const SERVING = Buffer.from([0x08, 0x01]);

interface UnaryMethod {
  readonly path: string;
  readonly answer: (request: Buffer) => Buffer | undefined;
}

/**
 * Opens the session that a build with BuildKit needs, also to pull a base image. It is a gRPC server of ours on a connection that
 * the engine upgrades: `POST /session` with `Upgrade: h2c`. A secret it does not have is "not found", so mounts of optional secrets stay empty.
 * Sources: moby/buildkit `session/secrets/secrets.proto` and `session/auth/auth.proto`.
 */
export async function openBuildKitSession(
  engine: EngineConnection,
  secrets: Readonly<Record<string, Uint8Array | string>>,
  signal: AbortSignal,
): Promise<BuildKitSession> {
  const id = randomUUID();
  const methods: readonly UnaryMethod[] = [
    {
      path: '/moby.buildkit.secrets.v1.Secrets/GetSecret',
      answer: (request) => secretAnswer(secrets, request),
    },
    // An empty answer means: no credentials, ask the registry as anybody.
    { path: '/moby.filesync.v1.Auth/Credentials', answer: () => Buffer.alloc(0) },
    // Asked every few seconds; a session that does not answer is given up, and a secret that is needed late is not found.
    { path: '/grpc.health.v1.Health/Check', answer: () => SERVING },
  ];
  const socket = await engine.hijack({
    method: 'POST',
    path: ['session'],
    headers: {
      Upgrade: 'h2c',
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'aml',
      'X-Docker-Expose-Session-Grpc-Method': methods.map((method) => method.path),
    },
    signal,
    failed: { action: 'open a build session' },
  });
  const server = new Server();
  const credentials = ServerCredentials.createInsecure();
  for (const method of methods) server.addService(...serviceOf(method));
  server.createConnectionInjector(credentials).injectConnection(socket);
  return {
    id,
    close: () => {
      server.forceShutdown();
      socket.destroy();
    },
  };
}

function secretAnswer(
  secrets: Readonly<Record<string, Uint8Array | string>>,
  request: Buffer,
): Buffer | undefined {
  for (const field of readFields(request)) {
    if (field.number !== 1 || field.kind !== 'bytes') continue;
    const name = field.value.toString();
    const secret = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    return secret === undefined ? undefined : writeBytesField(1, Buffer.from(secret));
  }
  return undefined;
}

function serviceOf(method: UnaryMethod): [ServiceDefinition, UntypedServiceImplementation] {
  const asIs = (bytes: Buffer): Buffer => bytes;
  const handler: handleUnaryCall<Buffer, Buffer> = (call, respond) => {
    const answer = method.answer(call.request);
    if (answer) respond(null, answer);
    else respond({ code: status.NOT_FOUND, details: 'not found' });
  };
  const definition = {
    path: method.path,
    requestStream: false,
    responseStream: false,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
  return [{ call: definition }, { call: handler }];
}
