import { NumberSetting } from '@aml/service-kit';
import { z } from 'zod';

/** `a,b` as a list. */
const List = z
  .string()
  .transform((text) => text.split(',').map((item) => item.trim()))
  .transform((items) => items.filter((item) => item !== ''));

const ChannelMap = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('is not JSON, such as {"conda-forge": ["https://mirror.example/conda-forge"]}');
      return z.NEVER;
    }
  })
  .pipe(z.record(z.string(), z.array(z.string())));

export const EnvironmentBuilderSettings = z.object({
  AML_CONDA_DEFAULT_CHANNELS: List.describe(
    'what `defaults` stands for, comma-separated; default: main, r and free of repo.anaconda.com',
  ).optional(),
  AML_CONDA_CHANNEL_ALIAS: z
    .string()
    .describe('URL below which a channel that is only a name lies; default: conda.anaconda.org')
    .optional(),
  AML_CONDA_CHANNEL_MAP: ChannelMap.describe(
    'JSON: name or URL of a channel → URLs to use in its place (https:// or file://)',
  ).optional(),
  AML_PACKAGE_SOURCE: z
    .enum(['conda', 'pypi'])
    .describe(
      'pypi: take the names of the conda list from the Python package index, with the Python of the base image',
    )
    .default('conda'),
  AML_PYTHON_FALLBACK: z
    .enum(['exact', 'nearest-newer'])
    .describe('what happens where the Python that is asked for cannot be had')
    .default('exact'),
  AML_PIP_INDEX_URL: z
    .string()
    .describe('index of Python packages; user and password in it never become part of an image')
    .optional(),
  AML_PIP_EXTRA_INDEX_URLS: List.describe('further indexes, comma-separated').optional(),
  AML_CA_BUNDLE: z
    .string()
    .describe('file with the certificates of your network, for builds; default: what SSL_CERT_FILE names')
    .optional(),
  SSL_CERT_FILE: z.string().describe('used for builds where AML_CA_BUNDLE is not set').optional(),
  AML_BASE_IMAGE: z
    .string()
    .describe('base image of targets that name none; default: ours, built on first use')
    .optional(),
  AML_DEBIAN_IMAGE: z
    .string()
    .describe('what our own base image and tool image start from')
    .default('debian:bookworm-slim'),
  AML_BASE_PACKAGES: List.describe('further Debian packages in our base image, comma-separated').optional(),
  AML_BUILD_NETWORK: z.string().describe('network of build steps: host, or the name of a network').optional(),
  AML_BUILDER: z.enum(['auto', 'classic']).describe('classic: do not use BuildKit').default('auto'),
  AML_CONCURRENT_BUILDS: NumberSetting(2, 'builds at once', { least: 1 }),
  AML_IMAGE_BUDGET_BYTES: NumberSetting(
    40 * 1024 ** 3,
    'how much the environments may take on an engine before the least recently used are removed, bytes',
  ),
  HTTP_PROXY: z.string().describe('for builds').optional(),
  HTTPS_PROXY: z.string().describe('for builds').optional(),
  NO_PROXY: z.string().describe('for builds').optional(),
});
export type EnvironmentBuilderSettings = z.infer<typeof EnvironmentBuilderSettings>;
