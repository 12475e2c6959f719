import type { EnvironmentSettings } from './environment-settings';
import { takeCredentials, type Credentials } from './take-credentials';

export interface ResolvedChannels {
  /** URLs without credentials and without a slash at the end; the first has priority. */
  readonly urls: readonly string[];
  readonly credentials: readonly Credentials[];
}

/**
 * The channels of a dependency file as URLs. `defaults` and, as conda does it, the end of every list that does not say `nodefaults`
 * stand for the configured default channels; names and URLs are remapped by the settings.
 */
export function resolveChannels(
  channels: readonly string[],
  settings: EnvironmentSettings,
): ResolvedChannels {
  const named = channels.map((channel) => channel.trim()).filter((channel) => channel !== '');
  const wanted = named.filter((channel) => channel !== 'nodefaults');
  if (!named.includes('nodefaults') && !wanted.includes('defaults')) wanted.push('defaults');
  const credentials: Credentials[] = [];
  const urls = wanted
    .flatMap((channel) => resolveChannel(channel, settings))
    .map((url) => {
      const taken = takeCredentials(url);
      if (taken.credentials) credentials.push(taken.credentials);
      return taken.url.replace(/\/+$/, '');
    });
  return { urls: [...new Set(urls)], credentials };
}

function resolveChannel(channel: string, settings: EnvironmentSettings): readonly string[] {
  const key = channel.replace(/\/+$/, '');
  const mapped = Object.hasOwn(settings.channelMap, key) ? settings.channelMap[key] : undefined;
  if (mapped) return mapped;
  if (channel === 'defaults') {
    // One level deep: a default that is called `defaults` would go on for ever.
    return settings.defaultChannels
      .filter((name) => name !== 'defaults')
      .flatMap((name) => resolveChannel(name, settings));
  }
  if (channel.includes('://')) return [channel];
  if (channel.startsWith('/')) return [`file://${channel}`];
  const url = `${settings.channelAlias.replace(/\/+$/, '')}/${channel}`;
  return (Object.hasOwn(settings.channelMap, url) ? settings.channelMap[url] : undefined) ?? [url];
}
