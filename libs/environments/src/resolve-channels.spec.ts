import { describe, expect, it } from 'vitest';
import { defaultEnvironmentSettings, type EnvironmentSettings } from './environment-settings';
import { resolveChannels } from './resolve-channels';

const settings: EnvironmentSettings = {
  ...defaultEnvironmentSettings,
  defaultChannels: ['main', 'free'],
  channelAlias: 'https://alias.example/',
};

const urls = (channels: readonly string[], more: Partial<EnvironmentSettings> = {}): readonly string[] =>
  resolveChannels(channels, { ...settings, ...more }).urls;

describe('channels', () => {
  it('are the defaults when none is named', () => {
    expect(urls([])).toEqual(['https://alias.example/main', 'https://alias.example/free']);
    expect(urls(['defaults'])).toEqual(urls([]));
  });

  it('have the defaults behind them, as conda does it, unless they say otherwise', () => {
    expect(urls(['conda-forge'])).toEqual(['https://alias.example/conda-forge', ...urls([])]);
    expect(urls(['conda-forge', 'nodefaults'])).toEqual(['https://alias.example/conda-forge']);
    expect(urls(['defaults', 'conda-forge'])).toEqual([...urls([]), 'https://alias.example/conda-forge']);
  });

  it('may be addresses and folders', () => {
    expect(urls(['https://x.example/ch/', '/srv/ch', 'nodefaults'])).toEqual([
      'https://x.example/ch',
      'file:///srv/ch',
    ]);
  });

  it('are remapped by name, by address, to several or to none', () => {
    const channelMap = {
      defaults: ['file:///srv/mirror'],
      'conda-forge': ['https://m.example/a', 'https://m.example/b'],
      'https://x.example/ch': [],
      'https://alias.example/bioconda': ['https://m.example/bio'],
    };
    expect(urls(['conda-forge', 'https://x.example/ch/', 'bioconda'], { channelMap })).toEqual([
      'https://m.example/a',
      'https://m.example/b',
      'https://m.example/bio',
      'file:///srv/mirror',
    ]);
  });
});
