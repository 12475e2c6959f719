import { targetRegistryApi, type InputOf, type ResultOf } from '@aml/contracts';
import { CallerOf, Input, Route, type Caller } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { SecretStore } from './secret-store';

const api = targetRegistryApi.endpoints;

@Controller()
export class SecretsController {
  constructor(private readonly secrets: SecretStore) {}

  @Route(api.storeSecret)
  store(@Input() { body }: InputOf<typeof api.storeSecret>): Promise<ResultOf<typeof api.storeSecret>> {
    return this.secrets.store(body.value, body.label);
  }

  @Route(api.listSecrets)
  async list(): Promise<ResultOf<typeof api.listSecrets>> {
    return { items: await this.secrets.list() };
  }

  @Route(api.deleteSecret)
  async remove(
    @Input() { params }: InputOf<typeof api.deleteSecret>,
  ): Promise<ResultOf<typeof api.deleteSecret>> {
    return { deleted: await this.secrets.remove(params.id) };
  }

  @Route(api.resolveSecrets)
  async resolve(
    @Input() { body }: InputOf<typeof api.resolveSecrets>,
    @CallerOf() caller: Caller,
  ): Promise<ResultOf<typeof api.resolveSecrets>> {
    const { references, runId, fence } = body;
    return { values: await this.secrets.resolve(references, { runId, fence, caller: caller.userId }) };
  }
}
