import { configServiceApi, type InputOf, type ResultOf } from '@aml/contracts';
import { CallerOf, Input, Route, type Caller } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { PlanRun } from './plan-run';
import { PrepareEnvironment } from './prepare-environment';
import { SubmitRun } from './submit-run';

const api = configServiceApi.endpoints;

@Controller()
export class SubmitController {
  constructor(
    private readonly submitRun: SubmitRun,
    private readonly planRun: PlanRun,
    private readonly prepareEnvironment: PrepareEnvironment,
  ) {}

  @Route(api.planRun)
  plan(@Input() { body }: InputOf<typeof api.planRun>): Promise<ResultOf<typeof api.planRun>> {
    return this.planRun.execute(body);
  }

  @Route(api.submitRun)
  submit(
    @Input() { body }: InputOf<typeof api.submitRun>,
    @CallerOf() caller: Caller,
  ): Promise<ResultOf<typeof api.submitRun>> {
    return this.submitRun.execute(body, caller);
  }

  @Route(api.prepareEnvironment)
  prepare(
    @Input() { body }: InputOf<typeof api.prepareEnvironment>,
  ): Promise<ResultOf<typeof api.prepareEnvironment>> {
    return this.prepareEnvironment.execute(body);
  }
}
