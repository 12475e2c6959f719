import type { RunSpecification } from '@aml/contracts';
import type {
  DriverContext,
  LaunchInput,
  Observation,
  RunHandle,
  SpoolStream,
  TargetDriver,
} from '@aml/targets';
import { ProjectArchive, type ProjectEntry } from './project-archive';
import { aRunSpecification } from './run-specification.builder';

type Given = Parameters<typeof aRunSpecification>[0];

export interface BenchOptions {
  /** What every run on this target needs in its specification. */
  readonly specification: Given;
  readonly image: LaunchInput['image'];
}

/** One run on a real target, step by step or as a whole. */
export class BenchRun {
  readonly notes: string[] = [];
  readonly context: DriverContext = {
    signal: new AbortController().signal,
    note: (line) => this.notes.push(line),
  };
  handle: RunHandle;

  private constructor(
    public driver: TargetDriver,
    readonly specification: RunSpecification,
    readonly input: LaunchInput,
  ) {
    this.handle = driver.handleFor(specification);
  }

  /** @param files the project; `train.py` is what runs. */
  static async prepare(
    driver: TargetDriver,
    options: BenchOptions,
    files: Readonly<Record<string, ProjectEntry>> | string,
    given: Given & { readonly secrets?: Readonly<Record<string, string>> } = {},
  ): Promise<BenchRun> {
    const snapshot = await ProjectArchive.of(typeof files === 'string' ? { 'train.py': files } : files);
    const { secrets = {}, ...rest } = given;
    const base = options.specification ?? {};
    const specification = aRunSpecification({
      ...base,
      ...rest,
      target: { ...base.target, ...rest.target },
      client: { ...base.client, ...rest.client },
    });
    return new BenchRun(driver, specification, { specification, snapshot, image: options.image, secrets });
  }

  stage(): Promise<void> {
    return this.driver.stage(this.handle, this.input, this.context);
  }

  async launch(): Promise<void> {
    this.handle = await this.driver.launch(this.handle, this.input, this.context);
  }

  async start(): Promise<void> {
    await this.stage();
    await this.launch();
  }

  observe(): Promise<Observation> {
    return this.driver.observe(this.handle, this.context);
  }

  /** Follows the run until something is the case. @throws when it is not within `seconds`. */
  async until(what: string, isSo: (seen: Observation) => boolean, seconds = 60): Promise<Observation> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      const seen = await this.observe();
      if (isSo(seen)) return seen;
      if (performance.now() > deadline)
        throw new Error(`not ${what} in ${seconds} s: ${JSON.stringify(seen)}`);
      await this.driver.waitForChange(this.handle, seen, 1000, this.context);
    }
  }

  ended(seconds = 60): Promise<Observation> {
    return this.until('ended', (seen) => seen.exit !== null, seconds);
  }

  async finish(seconds = 60): Promise<Observation> {
    await this.start();
    return this.ended(seconds);
  }

  /** Everything that a stream holds now, read in portions. */
  async bytes(stream: SpoolStream, portion = 1024 * 1024): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for (let offset = 0; ;) {
      const chunk = await this.driver.read(this.handle, stream, offset, portion, this.context);
      if (chunk.length === 0) return Buffer.concat(chunks);
      chunks.push(chunk);
      offset += chunk.length;
    }
  }

  async text(stream: SpoolStream): Promise<string> {
    return (await this.bytes(stream)).toString();
  }

  /** Contents of what is collected, by path. */
  async outputs(): Promise<{ files: Map<string, Buffer>; refused: readonly string[] }> {
    const { files, refused } = await this.driver.collect(this.handle, this.context);
    const contents = new Map<string, Buffer>();
    for (const file of files) {
      const chunks: Buffer[] = [];
      for await (const chunk of await file.open()) chunks.push(Buffer.from(chunk as Uint8Array));
      contents.set(file.path, Buffer.concat(chunks));
    }
    return { files: contents, refused };
  }
}
