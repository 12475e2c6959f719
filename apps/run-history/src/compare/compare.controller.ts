import { runHistoryApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { CompareRuns } from './compare-runs';

const { compareRuns } = runHistoryApi.endpoints;

@Controller()
export class CompareController {
  constructor(private readonly compare: CompareRuns) {}

  @Route(compareRuns)
  show(@Input() { query }: InputOf<typeof compareRuns>): Promise<ResultOf<typeof compareRuns>> {
    return this.compare.execute(query.a, query.b);
  }
}
