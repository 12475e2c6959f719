import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import {
  defaultEnvironmentSettings,
  defineEnvironment,
  factsOfOwnBase,
  imageStages,
  ownBasePin,
  secretIds,
  toolHash,
  type DefinedEnvironment,
  type DefineEnvironmentInput,
  type EnvironmentDefinition,
  type EnvironmentLock,
  type EnvironmentSettings,
  type ImageStage,
  type ProjectFiles,
  type Recipes,
} from '@aml/environments';
import { AppError } from '@aml/errors';
import { buildEnvironmentImage, type BuildStagesOptions, type BuiltStages } from './build-stages';
import { connectDocker } from './connect-docker';
import { readRecipe } from './read-recipe';

const root = new URL('../../../', import.meta.url).pathname;
const debianImage = process.env['AML_TEST_BASE_IMAGE'] ?? 'debian:bookworm-slim';

/** Builds real environments on the real engine, from the small conda channel of the tests, and removes them again. */
export class EnvironmentBench {
  readonly engine = connectDocker({ env: process.env });
  private readonly run = randomUUID();
  /** Files of the project, by path: what the pip list can name. */
  readonly projectFiles = new Map<string, string>();
  /** Of this run; our own base image and the tools stay for the next. */
  private readonly madeTags = new Set<string>();

  private constructor(
    private readonly recipes: Recipes,
    readonly settings: EnvironmentSettings,
    readonly secrets: Readonly<Record<string, Uint8Array>>,
    readonly channelFolder: string,
  ) {}

  static async open(): Promise<EnvironmentBench> {
    const { stdout } = await promisify(execFile)(`${root}tests/servers/conda-channel.sh`);
    const folder = stdout.trim();
    const recipes = {
      base: await readRecipe(`${root}deploy/base`),
      tool: await readRecipe(`${root}deploy/tool`),
      debianImage,
      extraPackages: [],
    };
    const settings = { ...defaultEnvironmentSettings, channelMap: { defaults: [`file://${folder}`] } };
    const bundle = process.env['AML_TEST_CA_BUNDLE'] ?? '/etc/ssl/certs/ca-certificates.crt';
    const secrets = await readFile(bundle).then(
      (bytes) => ({ [secretIds.ca]: bytes }),
      () => ({}),
    );
    return new EnvironmentBench(recipes, settings, secrets, folder);
  }

  async close(): Promise<void> {
    for (const tag of [...this.madeTags].reverse()) await this.engine.images.remove(tag);
  }

  defineAll(
    conda: NonNullable<DefineEnvironmentInput['conda']>,
    more: Partial<EnvironmentSettings> = {},
  ): Promise<DefinedEnvironment> {
    const facts = factsOfOwnBase(debianImage, false);
    if (!facts) throw new Error(`nothing is known about ${debianImage}`);
    return defineEnvironment({
      conda,
      framework: 'Python',
      baseImage: { reference: 'builtin', pin: ownBasePin(this.recipes, 'python'), facts },
      platform: 'linux/amd64',
      files: this.project(),
      settings: { ...this.settings, ...more },
      // Identities of this run only, so that nothing of an earlier one is taken for an environment; BuildKit still knows the steps.
      tool: `${toolHash(this.recipes)} ${this.run}`,
    });
  }

  async define(
    conda: NonNullable<DefineEnvironmentInput['conda']>,
    more: Partial<EnvironmentSettings> = {},
  ): Promise<EnvironmentDefinition> {
    const { definition, errors } = await this.defineAll(conda, more);
    if (!definition) throw new Error(errors.map((error) => error.message).join('\n'));
    return definition;
  }

  stages(definition: EnvironmentDefinition, lock?: EnvironmentLock): readonly ImageStage[] {
    const { recipes } = this;
    const readFile = (path: string): Promise<Uint8Array> => this.project().read(path);
    const stages = imageStages({ definition, recipes, readFile, ...(lock ? { lock } : {}) });
    for (const { tag, name } of stages) if (!/base|tool/.test(name)) this.madeTags.add(tag);
    return stages;
  }

  async build(
    definition: EnvironmentDefinition,
    options: BuildStagesOptions = {},
    lock?: EnvironmentLock,
  ): Promise<BuiltStages & { readonly output: string }> {
    const lines: string[] = [];
    const built = await buildEnvironmentImage(this.engine, this.stages(definition, lock), {
      secrets: this.secrets,
      onOutput: (line) => lines.push(line),
      ...options,
    });
    return { ...built, output: lines.join('\n') };
  }

  /** What a command prints inside an image, as some user. */
  async printed(image: string, argv: readonly string[]): Promise<string> {
    const { containers } = this.engine;
    const name = `aml-test-${randomUUID()}`;
    await containers.create({ name, image, argv, labels: {}, networkMode: 'none', user: '1234:1234' });
    await containers.start(name);
    await containers.wait(name);
    let output = '';
    for await (const chunk of containers.logs(name)) output += Buffer.from(chunk.bytes).toString();
    await containers.remove(name);
    return output.trim();
  }

  async failureOf(promise: Promise<unknown>): Promise<AppError> {
    const error: unknown = await promise.catch((reason: unknown) => reason);
    if (error instanceof AppError) return error;
    throw new Error('it did not fail as it should', { cause: error });
  }

  private project(): ProjectFiles {
    const text = (path: string): string | undefined => this.projectFiles.get(path);
    return {
      hash: (path) => {
        const found = text(path);
        return found === undefined ? undefined : createHash('sha256').update(found).digest('hex');
      },
      list: (folder) => [...this.projectFiles.keys()].filter((path) => path.startsWith(`${folder}/`)),
      read: (path) => Promise.resolve(Buffer.from(text(path) ?? '')),
    };
  }
}
