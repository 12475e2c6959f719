import { unwrap, type ConfigServiceComponents, type ServiceClients } from '@aml/api-client';

export type FileChange = ConfigServiceComponents['schemas']['FileChange'];
export type RunComparison = Awaited<ReturnType<typeof readComparison>>;

/** What differs between two runs, with the files of their snapshots. */
export async function compareRuns(
  clients: ServiceClients,
  a: string,
  b: string,
): Promise<RunComparison & { readonly files: readonly FileChange[] }> {
  const comparison = await readComparison(clients, a, b);
  if (comparison.snapshots.same) return { ...comparison, files: [] };
  const { changes } = await unwrap(
    clients.configService.GET('/snapshots/{snapshotId}/changes/{otherId}', {
      params: { path: { snapshotId: comparison.snapshots.a, otherId: comparison.snapshots.b } },
    }),
  );
  return { ...comparison, files: changes };
}

// The answer has no name of its own in the generated client: its type is inferred.
async function readComparison(clients: ServiceClients, a: string, b: string) {
  return unwrap(clients.runHistory.GET('/compare', { params: { query: { a, b } } }));
}
