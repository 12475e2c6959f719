import { environmentBuilderApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { PlanEnvironment } from './plan-environment';

const { planEnvironment } = environmentBuilderApi.endpoints;

@Controller()
export class PlansController {
  constructor(private readonly planner: PlanEnvironment) {}

  @Route(planEnvironment)
  plan(@Input() { body }: InputOf<typeof planEnvironment>): Promise<ResultOf<typeof planEnvironment>> {
    return this.planner.execute(body);
  }
}
