import { dispatcherApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { CancelRun } from './cancel-run';

const { cancelRun } = dispatcherApi.endpoints;

@Controller()
export class CancelRunController {
  constructor(private readonly cancel: CancelRun) {}

  @Route(cancelRun)
  request(@Input() { params }: InputOf<typeof cancelRun>): Promise<ResultOf<typeof cancelRun>> {
    return this.cancel.execute(params.runId);
  }
}
