import type { EnvironmentSettings } from './environment-settings';
import { secretIds } from './image-stage';

export interface BuildSecretsInput {
  readonly settings: EnvironmentSettings;
  /** As `defineEnvironment` gave it. */
  readonly netrc: string;
  /** Certificate authorities of the site's network, PEM. */
  readonly caBundle?: Uint8Array | string;
}

/** What the builds of an environment mount as secrets, by id. Nothing of it is part of an identity or stays in an image. */
export function buildSecrets(input: BuildSecretsInput): Readonly<Record<string, Uint8Array | string>> {
  const { settings, netrc, caBundle } = input;
  const pipConf = pipConfOf(settings);
  return {
    ...(caBundle === undefined ? {} : { [secretIds.ca]: caBundle }),
    ...(netrc === '' ? {} : { [secretIds.netrc]: netrc }),
    ...(pipConf === undefined ? {} : { [secretIds.pipConf]: pipConf }),
  };
}

/** A pip configuration with the site's index, for making the tool image. */
function pipConfOf(settings: EnvironmentSettings): string | undefined {
  const lines = [
    ...(settings.pipIndexUrl === undefined ? [] : [`index-url = ${settings.pipIndexUrl}`]),
    ...(settings.pipExtraIndexUrls.length === 0
      ? []
      : [`extra-index-url = ${settings.pipExtraIndexUrls.join(' ')}`]),
  ];
  return lines.length === 0
    ? undefined
    : `[global]\n${lines.map((line) => `${line.replaceAll('%', '%%')}\n`).join('')}`;
}
