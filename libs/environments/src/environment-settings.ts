/** Where packages come from and what may be bent. All of it is policy of a site, none of it is in a project. */
export interface EnvironmentSettings {
  /** What `defaults` (also when no channel is named) stands for: names or URLs. */
  readonly defaultChannels: readonly string[];
  /** A channel that is only a name is below this. */
  readonly channelAlias: string;
  /** Name or URL of a channel → the URLs to use instead (`https://…`, `file:///…`); an empty list drops it. */
  readonly channelMap: Readonly<Record<string, readonly string[]>>;
  /** `conda`: from the channels. `pypi`: names of the conda list from the Python package index, with the base image's Python. */
  readonly packageSource: 'conda' | 'pypi';
  /** What happens where the Python that is asked for is not to be had. */
  readonly pythonFallback: 'exact' | 'nearest-newer';
  /** Index of Python packages; user name and password in it are kept apart and never become part of an image. Default: pip's own. */
  readonly pipIndexUrl?: string;
  readonly pipExtraIndexUrls: readonly string[];
}

export const defaultEnvironmentSettings: EnvironmentSettings = {
  defaultChannels: [
    'https://repo.anaconda.com/pkgs/main',
    'https://repo.anaconda.com/pkgs/r',
    'https://repo.anaconda.com/pkgs/free',
  ],
  channelAlias: 'https://conda.anaconda.org',
  channelMap: {},
  packageSource: 'conda',
  pythonFallback: 'exact',
  pipExtraIndexUrls: [],
};
