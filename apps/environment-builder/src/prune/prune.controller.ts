import { environmentBuilderApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { PruneEnvironments } from './prune-environments';

const { pruneEnvironments } = environmentBuilderApi.endpoints;

@Controller()
export class PruneController {
  constructor(private readonly prune: PruneEnvironments) {}

  @Route(pruneEnvironments)
  execute(@Input() { body }: InputOf<typeof pruneEnvironments>): Promise<ResultOf<typeof pruneEnvironments>> {
    return this.prune.execute(body);
  }
}
