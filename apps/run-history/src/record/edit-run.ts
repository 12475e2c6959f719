import type { InputOf, RunRecordBody, runHistoryApi } from '@aml/contracts';
import { storableText, storableValue, type DataSource } from '@aml/database';
import { loadExtras } from '../storage/run-extras';
import { unknownRun } from '../storage/run-lock';
import { RunEntity } from '../storage/run.entity';
import { runRecord } from './run-record';

type Edit = InputOf<typeof runHistoryApi.endpoints.editRun>['body'];

/** Changes what people may change of a record: name, description, tags, whether it is hidden. */
export class EditRun {
  constructor(private readonly database: DataSource) {}

  /** @throws AppError `run-unknown`. */
  async execute(runId: string, edit: Edit): Promise<RunRecordBody> {
    const run = await this.database.transaction(async (manager) => {
      const found = await manager.findOne(RunEntity, {
        where: { runId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!found) throw unknownRun(runId);
      if (edit.name !== undefined) found.name = edit.name && storableText(edit.name);
      if (edit.description !== undefined)
        found.description = edit.description && storableText(edit.description);
      if (edit.hidden !== undefined) found.hidden = edit.hidden;
      const tags = storableValue({ ...found.tags, ...edit.tags }) as Edit['tags'] & object;
      found.tags = Object.fromEntries(
        Object.entries(tags).filter((entry): entry is [string, string] => entry[1] !== null),
      );
      return manager.save(found);
    });
    return runRecord(run, (await loadExtras(this.database, [runId]))(runId));
  }
}
