import { connectServices, type ServiceClients, type ServiceName } from '@aml/api-client';
import { FolderBlobStore } from '@aml/blob-store';
import type { EventData, EventDefinition, ProblemBody } from '@aml/contracts';
import { EventLog, Transactions, type SubscriptionSettings } from '@aml/messaging';
import {
  createLog,
  prepareHttp,
  ServiceMetrics,
  TokenAuthenticator,
  type ServicePlatform,
  type WorkingService,
} from '@aml/service-kit';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory, RouterModule } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '../test-database';

export interface ServiceBenchOptions {
  readonly name: ServiceName;
  readonly module: Type<WorkingService>;
  readonly register: (platform: ServicePlatform) => Promise<DynamicModule>;
  /** Base URLs of other services that this one calls. */
  readonly peers?: Partial<Record<ServiceName, string>>;
  readonly subscription?: SubscriptionSettings;
  /** False: it only answers; what it does by itself is for the test to begin. Default: true. */
  readonly works?: boolean;
  /** A database of another bench, to be used by both. */
  readonly database?: TestDatabase;
}

const TOKEN = 'token-of-the-bench';

@Module({})
class BenchModule {}

/** One service on a database of its own, served over HTTP as it is in production; the other services are what the test says. */
export class ServiceBench {
  /** Problems with events, as the service told them. */
  readonly problems: unknown[] = [];
  readonly token = TOKEN;

  private constructor(
    private readonly options: ServiceBenchOptions,
    readonly database: TestDatabase,
    readonly events: EventLog,
    private readonly blobFolder: string,
  ) {}

  private app!: NestExpressApplication;
  /** Of the service, such as `http://127.0.0.1:1234/run-history`. */
  url = '';
  platform!: ServicePlatform;
  clients!: ServiceClients;

  static async start(options: ServiceBenchOptions): Promise<ServiceBench> {
    const database = options.database ?? (await createTestDatabase());
    const events = await EventLog.open(database.url);
    const blobs = await mkdtemp(join(tmpdir(), 'aml-bench-'));
    const bench = new ServiceBench(options, database, events, blobs);
    await bench.serve();
    return bench;
  }

  /** A part of the service. */
  get<Part>(type: Type<Part>): Part {
    return this.app.get<Part>(type, { strict: false });
  }

  /** Publishes as another service would; resolves when this service has done the event. */
  async publish<Definition extends EventDefinition>(
    definition: Definition,
    ...data: readonly EventData<Definition>[]
  ): Promise<void> {
    const { positions } = await this.other().runForMany(async (unit) => {
      for (const each of data) unit.publish(definition, each);
    });
    const read = await this.events.waitUntilRead(this.options.name, positions, 20_000);
    if (!read) throw new Error(`${this.options.name} did not read ${definition.type} within 20 s`);
  }

  /** What was published of one kind, by whomever, in order. */
  async published<Definition extends EventDefinition>(
    definition: Definition,
  ): Promise<EventData<Definition>[]> {
    const rows = (await this.events.database.query(
      'SELECT envelope FROM outbox WHERE type = $1 ORDER BY seq',
      [definition.type],
    )) as { envelope: { data: EventData<Definition> } }[];
    return rows.map(({ envelope }) => envelope.data);
  }

  /** Rows of the service's own schema. */
  async query<Row>(sql: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.get(Transactions).database.query(sql, parameters) as Promise<Row[]>;
  }

  request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${TOKEN}`, ...(init.headers as Record<string, string>) };
    return fetch(`${this.url}${path}`, { ...init, headers });
  }

  /** Sends JSON. `data` is the answer, or `error` the problem body. */
  async send<Result>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: unknown,
  ): Promise<{ readonly response: Response; readonly data?: Result; readonly error?: ProblemBody }> {
    const headers = { 'content-type': 'application/json' };
    const response = await this.request(path, { method, body: JSON.stringify(body), headers });
    const answer = (await response.json()) as unknown;
    return response.ok ? { response, data: answer as Result } : { response, error: answer as ProblemBody };
  }

  /** Ends the service and serves it anew on the same database and blobs, as after a restart. */
  async restart(): Promise<void> {
    await this.stopServing();
    await this.serve();
  }

  async close(): Promise<void> {
    await this.stopServing();
    await this.events.close();
    if (!this.options.database) await this.database.drop();
    await rm(this.blobFolder, { recursive: true, force: true });
  }

  private other(): Transactions {
    return new Transactions(this.events.database, this.events, 'bench');
  }

  private async serve(): Promise<void> {
    const { name, module, peers = {} } = this.options;
    const log = createLog('fatal');
    const services = connectServices({
      urlOf: (service) => (service === name ? this.url : (peers[service] ?? 'http://127.0.0.1:9')),
      token: TOKEN,
    });
    this.platform = {
      version: '0.0.0',
      databaseUrl: this.database.url,
      events: this.events,
      blobs: new FolderBlobStore(this.blobFolder),
      services,
      log,
      subscription: () => ({
        onProblem: ({ error }) => void this.problems.push(error),
        ...this.options.subscription,
      }),
    };
    const registered = await this.options.register(this.platform);
    const imports = [registered, RouterModule.register([{ path: name, module }])];
    this.app = await NestFactory.create<NestExpressApplication>(
      { module: BenchModule, imports },
      { bodyParser: false, logger: ['error'], abortOnError: false, forceCloseConnections: true },
    );
    const caller = { userId: 'tester', userName: 'tester', identity: 'machine-user' } as const;
    const authenticator = new TokenAuthenticator(TOKEN, caller);
    const metrics = new ServiceMetrics();
    prepareHttp(this.app, { authenticator, events: this.events, metrics, log, groups: [name] });
    await this.app.listen(0, '127.0.0.1');
    const { port } = this.app.getHttpServer().address() as AddressInfo;
    this.url = `http://127.0.0.1:${port}/${name}`;
    this.clients = connectServices({ urlOf: () => this.url, token: TOKEN });
    if (this.options.works !== false) await this.app.get<WorkingService>(module, { strict: false }).begin();
  }

  private async stopServing(): Promise<void> {
    await this.app.get<WorkingService>(this.options.module, { strict: false }).end();
    await this.app.close();
  }
}
