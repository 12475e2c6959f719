import { toErrorData } from '@aml/errors';
import type { TargetKind } from '@aml/run-model';
import type { TargetDriver } from '@aml/targets';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import type { DispatchedRuns } from './dispatched-runs';

/** What the target and this service know of a run, as a tar; what cannot be had is said in it. */
export class DiagnoseRun {
  constructor(
    private readonly runs: DispatchedRuns,
    private readonly drivers: ReadonlyMap<TargetKind, TargetDriver>,
  ) {}

  /** @throws AppError `run-unknown`. */
  async execute(runId: string): Promise<Readable> {
    const run = await this.runs.find(runId);
    const tar = pack();
    tar.entry({ name: 'dispatch.json' }, JSON.stringify(await this.runs.show(runId), null, 2));
    const driver = this.drivers.get(run.specification.target.kind);
    if (driver && run.handle) {
      const notes: string[] = [];
      const context = { signal: AbortSignal.timeout(30_000), note: (line: string) => void notes.push(line) };
      try {
        for (const { path, content } of await driver.diagnose(run.handle, context))
          tar.entry({ name: `target/${path}` }, content);
      } catch (error) {
        tar.entry({ name: 'target/unavailable.json' }, JSON.stringify(toErrorData(error), null, 2));
      }
      if (notes.length > 0) tar.entry({ name: 'target/notes.txt' }, `${notes.join('\n')}\n`);
    }
    tar.finalize();
    return tar as unknown as Readable;
  }
}
