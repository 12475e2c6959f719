import { runHistoryApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { EditRun } from './edit-run';
import { ListRuns } from './list-runs';
import { ShowRun } from './show-run';

const api = runHistoryApi.endpoints;

@Controller()
export class RunsController {
  constructor(
    private readonly listRuns: ListRuns,
    private readonly showRun: ShowRun,
    private readonly editRun: EditRun,
  ) {}

  @Route(api.listRuns)
  list(@Input() { query }: InputOf<typeof api.listRuns>): Promise<ResultOf<typeof api.listRuns>> {
    return this.listRuns.execute(query);
  }

  @Route(api.showRun)
  show(@Input() { params }: InputOf<typeof api.showRun>): Promise<ResultOf<typeof api.showRun>> {
    return this.showRun.execute(params.runId);
  }

  @Route(api.editRun)
  edit(@Input() { params, body }: InputOf<typeof api.editRun>): Promise<ResultOf<typeof api.editRun>> {
    return this.editRun.execute(params.runId, body);
  }
}
