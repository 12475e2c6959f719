/** Labels on everything of ours on an engine: the only images that may be removed are those that carry them. */
export const imageLabels = {
  /** Always `aml`. */
  owner: 'aml.owner',
  /** `environment`, `layer`, `tool` or `base`. */
  kind: 'aml.kind',
  /** 64 hex digits of what the image was made from. */
  identity: 'aml.identity',
  /** On images that only exist while another one is built with the classic builder. */
  throwaway: 'aml.throwaway',
} as const;

export type ImageKind = 'environment' | 'layer' | 'tool' | 'base';

export function labelsOf(kind: ImageKind, identity: string): Readonly<Record<string, string>> {
  return { [imageLabels.owner]: 'aml', [imageLabels.kind]: kind, [imageLabels.identity]: identity };
}

const repositories: Readonly<Record<ImageKind, string>> = {
  environment: 'aml-env',
  layer: 'aml-layer',
  tool: 'aml-tool',
  base: 'aml-base',
};

/** The name of an image on the engine: `aml-env:` and half of its identity. */
export function tagOf(kind: ImageKind, identity: string): string {
  return `${repositories[kind]}:${identity.slice(0, 32)}`;
}
