import { environmentBuilderApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { EnvironmentStore } from '../storage/environment-store';
import { ShowRequest } from './show-request';

const api = environmentBuilderApi.endpoints;

@Controller()
export class EnvironmentsController {
  constructor(
    private readonly environments: EnvironmentStore,
    private readonly requests: ShowRequest,
  ) {}

  @Route(api.showRequest)
  request(
    @Input() { params, query }: InputOf<typeof api.showRequest>,
  ): Promise<ResultOf<typeof api.showRequest>> {
    return this.requests.execute(params.requestId, query.waitSeconds);
  }

  @Route(api.listEnvironments)
  async list(
    @Input() { query }: InputOf<typeof api.listEnvironments>,
  ): Promise<ResultOf<typeof api.listEnvironments>> {
    const { items, next } = await this.environments.list(query);
    return { items: items.map(({ definition: _definition, lock: _lock, ...body }) => body), next };
  }

  @Route(api.showEnvironment)
  async show(
    @Input() { params }: InputOf<typeof api.showEnvironment>,
  ): Promise<ResultOf<typeof api.showEnvironment>> {
    const found = await this.environments.findByPrefix(params.identity);
    return { ...found, definition: { ...found.definition } };
  }
}
