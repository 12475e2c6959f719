import { dispatcherApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { CleanTarget } from './clean-target';

const { cleanTarget } = dispatcherApi.endpoints;

@Controller()
export class CleanTargetController {
  constructor(private readonly clean: CleanTarget) {}

  @Route(cleanTarget)
  execute(@Input() { body }: InputOf<typeof cleanTarget>): Promise<ResultOf<typeof cleanTarget>> {
    return this.clean.execute(body);
  }
}
