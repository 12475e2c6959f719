import { toJsonb, type DataSource } from '@aml/database';
import { probeBaseImage, type DockerEngine } from '@aml/docker-client';
import { factsOfOwnBase, ownBasePin, type BaseImage, type Notice, type Recipes } from '@aml/environments';
import { AppError } from '@aml/errors';

export interface ChosenBase {
  readonly base: BaseImage;
  /** `linux/amd64`. */
  readonly platform: string;
  readonly warnings: readonly Notice[];
}

/** The base images of the old service, gone from every registry; ours stands in for them. */
const GONE = /^(docker\.io\/)?microsoft\/mmlspark(:|@|$)/;

/** Which base image an environment starts from, pinned at first use. */
export class BaseImages {
  constructor(
    private readonly database: DataSource,
    private readonly engine: DockerEngine,
    private readonly recipes: Recipes,
    private readonly defaultImage: string | undefined,
  ) {}

  /** @throws AppError `docker-…` where the image cannot be looked at or pulled. */
  async choose(
    asked: string | null,
    wantsJava: boolean,
    refresh: boolean,
    signal: AbortSignal,
  ): Promise<ChosenBase> {
    const gone = asked !== null && GONE.test(asked);
    const reference = gone || asked === null ? this.defaultImage : asked;
    const warnings: Notice[] = gone
      ? [
          {
            code: 'environment-base-gone',
            message: `The base image "${asked}" of the old service is no longer in any registry; ${reference ?? 'the default one'} is used in its place.`,
            hint: 'Remove `baseDockerImage` from the .compute file, or name an image that you have.',
          },
        ]
      : [];
    if (reference === undefined) return { ...(await this.own(wantsJava, signal)), warnings };
    return { ...(await this.pinned(reference, refresh, signal)), warnings };
  }

  private async own(wantsJava: boolean, signal: AbortSignal): Promise<Omit<ChosenBase, 'warnings'>> {
    const { architecture, os } = await this.engine.info({ signal });
    const facts = factsOfOwnBase(this.recipes.debianImage, wantsJava);
    if (!facts) {
      throw new AppError({
        code: 'environment-debian-unknown',
        message: `our base image cannot start from ${this.recipes.debianImage}: it is no Debian that is known here`,
        hint: 'Set AML_DEBIAN_IMAGE to debian:bookworm-slim or debian:trixie-slim, or AML_BASE_IMAGE to an image of yours.',
        blame: 'user',
      });
    }
    const pin = ownBasePin(this.recipes, wantsJava ? 'spark' : 'python');
    return { base: { reference: 'the default base image', pin, facts }, platform: `${os}/${architecture}` };
  }

  private async pinned(
    reference: string,
    refresh: boolean,
    signal: AbortSignal,
  ): Promise<Omit<ChosenBase, 'warnings'>> {
    const rows = (await this.database.query(
      'SELECT base, platform FROM base_pin WHERE engine = $1 AND reference = $2',
      ['local', reference],
    )) as {
      base: BaseImage;
      platform: string;
    }[];
    if (rows[0] && !refresh) return rows[0];
    if (refresh || !(await this.engine.images.inspect(reference, { signal })))
      await this.pull(reference, refresh, signal);
    const probed = await probeBaseImage(this.engine, reference, { signal });
    const base: BaseImage = { reference, pin: probed.pin, facts: probed.facts };
    await this.database.query(
      `INSERT INTO base_pin (engine, reference, base, platform, pinned_at) VALUES ('local', $1, $2, $3, now())
       ON CONFLICT (engine, reference) DO UPDATE SET base = $2, platform = $3, pinned_at = now()`,
      [reference, toJsonb(base), probed.platform],
    );
    return { base, platform: probed.platform };
  }

  /** On a refresh an image that is on the engine and in no registry stays as it is. */
  private async pull(reference: string, refresh: boolean, signal: AbortSignal): Promise<void> {
    try {
      await this.engine.images.pull(reference, { signal });
    } catch (error) {
      if (refresh && (await this.engine.images.inspect(reference, { signal }))) return;
      throw new AppError({
        code: 'base-image-unavailable',
        message: `the base image ${JSON.stringify(reference)} is not on the engine and cannot be pulled: ${error instanceof Error ? error.message : String(error)}`,
        hint: `docker pull ${reference}, or name another one as baseDockerImage in the .compute file.`,
        blame: 'target',
        cause: error,
      });
    }
  }
}
