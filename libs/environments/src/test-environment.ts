import type { BaseImage } from './base-image';
import {
  defineEnvironment,
  type DefinedEnvironment,
  type DefineEnvironmentInput,
} from './define-environment';
import type { EnvironmentDefinition } from './environment-definition';
import { defaultEnvironmentSettings, type EnvironmentSettings } from './environment-settings';
import type { ProjectFiles } from './project-files';
import { hashOf } from './canonical-json';

export const testBase: BaseImage = {
  reference: 'debian:12',
  pin: { kind: 'digest', digest: 'sha256:11' },
  facts: { python: '3.11.2', pythonCommand: 'python3', glibc: '2.36', java: 17, path: '/usr/bin:/bin' },
};

/** A project whose files are these texts. */
export function projectOf(texts: Readonly<Record<string, string>>): ProjectFiles {
  return {
    hash: (path) => (Object.hasOwn(texts, path) ? hashOf(texts[path]) : undefined),
    list: (folder) => Object.keys(texts).filter((path) => folder === '.' || path.startsWith(`${folder}/`)),
    read: (path) => Promise.resolve(new TextEncoder().encode(texts[path])),
  };
}

export interface Wish {
  readonly channels?: readonly string[];
  readonly conda?: readonly string[];
  readonly pip?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Partial<EnvironmentSettings>;
  readonly input?: Partial<DefineEnvironmentInput>;
}

/** Defines an environment from what a test cares about. */
export function defineFrom(wish: Wish): Promise<DefinedEnvironment> {
  return defineEnvironment({
    conda: { channels: wish.channels ?? [], conda: wish.conda ?? [], pip: wish.pip ?? [] },
    folder: 'aml_config',
    framework: 'Python',
    baseImage: testBase,
    platform: 'linux/amd64',
    files: projectOf(wish.files ?? {}),
    settings: { ...defaultEnvironmentSettings, ...wish.settings },
    tool: 'tool-hash',
    ...wish.input,
  });
}

export async function definitionFrom(wish: Wish): Promise<EnvironmentDefinition> {
  const { definition, errors } = await defineFrom(wish);
  if (!definition) throw new Error(errors.map((error) => error.message).join('\n'));
  return definition;
}

export function codesOf(notices: readonly { readonly code: string }[]): readonly string[] {
  return notices.map((notice) => notice.code);
}
