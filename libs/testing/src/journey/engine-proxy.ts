import { chmodSync } from 'node:fs';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** The socket of this machine's engine. */
export const engineSocket = (process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock').replace(
  'unix://',
  '',
);

export interface EngineProxyOptions {
  /** Called before a request goes on to the engine; true: it was answered. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A socket that leads to the real engine: for users who may not open that one, and to put words into the engine's mouth. */
export class EngineProxy {
  private readonly sockets = new Set<Duplex>();
  private readonly server = createServer((incoming, outgoing) => this.forward(incoming, outgoing));

  private constructor(
    readonly path: string,
    private readonly options: EngineProxyOptions,
  ) {
    this.server.on('connection', (socket) => this.keep(socket));
    this.server.on('upgrade', (incoming: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.upgrade(incoming, socket, head),
    );
  }

  static open(path: string, options: EngineProxyOptions = {}): Promise<EngineProxy> {
    const proxy = new EngineProxy(path, options);
    return new Promise((resolve, reject) => {
      proxy.server.once('error', reject);
      proxy.server.listen(path, () => {
        chmodSync(path, 0o666);
        resolve(proxy);
      });
    });
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private keep(socket: Duplex): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    // Either side may go at any time.
    socket.on('error', () => undefined);
  }

  private forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (this.options.answer?.(incoming, outgoing)) return;
    const onward = request(
      { socketPath: engineSocket, method: incoming.method, path: incoming.url, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        outgoing.flushHeaders();
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  /** Connections that leave HTTP, such as those of BuildKit, go through byte by byte. */
  private upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const engine: Socket = connect(engineSocket, () => {
      const headers = incoming.rawHeaders.reduce(
        (text, word, index) => text + (index % 2 === 0 ? `${word}: ` : `${word}\r\n`),
        '',
      );
      engine.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers}\r\n`);
      engine.write(head);
      engine.pipe(socket);
      socket.pipe(engine);
    });
    this.keep(engine);
    this.keep(socket);
    engine.on('close', () => socket.destroy());
    socket.on('close', () => engine.destroy());
  }
}
