import { dispatcherApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller, StreamableFile } from '@nestjs/common';
import { DiagnoseRun } from './diagnose-run';
import { DispatchedRuns } from './dispatched-runs';

const api = dispatcherApi.endpoints;

@Controller()
export class InspectController {
  constructor(
    private readonly runs: DispatchedRuns,
    private readonly diagnoseRun: DiagnoseRun,
  ) {}

  @Route(api.listActive)
  async list(): Promise<ResultOf<typeof api.listActive>> {
    return { items: await this.runs.active() };
  }

  @Route(api.showRun)
  show(@Input() { params }: InputOf<typeof api.showRun>): Promise<ResultOf<typeof api.showRun>> {
    return this.runs.show(params.runId);
  }

  @Route(api.diagnoseRun)
  async diagnose(@Input() { params }: InputOf<typeof api.diagnoseRun>): Promise<StreamableFile> {
    return new StreamableFile(await this.diagnoseRun.execute(params.runId), { type: 'application/x-tar' });
  }
}
