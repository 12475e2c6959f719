import { targetRegistryApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { CheckTarget } from './check-target';

const api = targetRegistryApi.endpoints;

@Controller()
export class ChecksController {
  constructor(private readonly checks: CheckTarget) {}

  @Route(api.checkTarget)
  check(@Input() { body }: InputOf<typeof api.checkTarget>): Promise<ResultOf<typeof api.checkTarget>> {
    const interpreter = body.client?.interpreter?.path;
    const target =
      interpreter === undefined
        ? body.target
        : { ...body.target, pythonLocation: body.target.pythonLocation ?? interpreter };
    return this.checks.execute(target);
  }

  @Route(api.listChecks)
  async list(): Promise<ResultOf<typeof api.listChecks>> {
    return { items: await this.checks.last() };
  }
}
