import { unwrap, type ServiceClients } from '@aml/api-client';
import type { ProjectFiles } from '@aml/environments';

/** A pip line that may name a file or folder of the project. */
const NAMES_A_FILE = /^-|[\\/]|\.(whl|zip|tar\.gz)\b/;

const NO_FILES: ProjectFiles = {
  hash: () => undefined,
  list: () => [],
  read: (path) => Promise.reject(new Error(`no pip line names a file, and yet ${path} is asked for`)),
};

/** The files of a snapshot, for wheels and requirement files; fetched only where a pip line may name one. */
export async function snapshotFiles(
  services: ServiceClients,
  snapshotId: string,
  pipLines: readonly string[],
): Promise<ProjectFiles> {
  if (!pipLines.some((line) => NAMES_A_FILE.test(line.trim()))) return NO_FILES;
  const { entries } = await unwrap(
    services.configService.GET('/snapshots/{snapshotId}', { params: { path: { snapshotId } } }),
  );
  const hashes = new Map(
    entries.flatMap(({ path, sha256 }) => (sha256 === undefined ? [] : [[path, sha256] as const])),
  );
  return {
    hash: (path) => hashes.get(path),
    list: (folder) => [...hashes.keys()].filter((path) => folder === '.' || path.startsWith(`${folder}/`)),
    read: async (path) => {
      const response = await services.raw('config-service', `/blobs/${hashes.get(path) ?? ''}`);
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}
