import { defaultEnvironmentSettings, type EnvironmentSettings } from '@aml/environments';
import type { EnvironmentBuilderSettings } from '../settings';

/** The policy of this site, out of the settings of the service. */
export function environmentSettings(settings: EnvironmentBuilderSettings): EnvironmentSettings {
  return {
    ...defaultEnvironmentSettings,
    ...(settings.AML_CONDA_DEFAULT_CHANNELS ? { defaultChannels: settings.AML_CONDA_DEFAULT_CHANNELS } : {}),
    ...(settings.AML_CONDA_CHANNEL_ALIAS ? { channelAlias: settings.AML_CONDA_CHANNEL_ALIAS } : {}),
    ...(settings.AML_CONDA_CHANNEL_MAP ? { channelMap: settings.AML_CONDA_CHANNEL_MAP } : {}),
    ...(settings.AML_PIP_INDEX_URL ? { pipIndexUrl: settings.AML_PIP_INDEX_URL } : {}),
    ...(settings.AML_PIP_EXTRA_INDEX_URLS ? { pipExtraIndexUrls: settings.AML_PIP_EXTRA_INDEX_URLS } : {}),
    packageSource: settings.AML_PACKAGE_SOURCE,
    pythonFallback: settings.AML_PYTHON_FALLBACK,
  };
}

/** Proxies for build steps only. */
export function proxies(settings: EnvironmentBuilderSettings): Record<string, string> {
  const found = {
    HTTP_PROXY: settings.HTTP_PROXY,
    HTTPS_PROXY: settings.HTTPS_PROXY,
    NO_PROXY: settings.NO_PROXY,
  };
  return Object.fromEntries(
    Object.entries(found)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .flatMap(([name, value]) => [
        [name, value],
        [name.toLowerCase(), value],
      ]),
  );
}
