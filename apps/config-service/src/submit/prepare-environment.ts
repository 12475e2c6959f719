import { environmentRequestedV1, type InputOf, type ResultOf, type configServiceApi } from '@aml/contracts';
import type { Transactions } from '@aml/messaging';
import { randomUUID } from 'node:crypto';
import type { ProjectStore } from '../projects/project-store';
import type { ResolveSubmit } from './resolve-submit';

type Endpoint = typeof configServiceApi.endpoints.prepareEnvironment;

/** Asks for the environment of a run configuration, as `aml experiment prepare` does. */
export class PrepareEnvironment {
  constructor(
    private readonly transactions: Transactions,
    private readonly projects: ProjectStore,
    private readonly resolveSubmit: ResolveSubmit,
  ) {}

  async execute(body: InputOf<Endpoint>['body']): Promise<ResultOf<Endpoint>> {
    const project = await this.projects.find(body.projectId);
    const { environment, target, findings, run } = await this.resolveSubmit.execute({
      ...body,
      environmentOnly: true,
    });
    if (environment === null) return { requestId: null, target, findings: [...findings] };
    const requestId = randomUUID();
    await this.transactions.run(async (unit) => {
      unit.publish(environmentRequestedV1, {
        requestId,
        runId: null,
        projectId: project.id,
        projectName: project.name,
        configuration: run.name,
        targetKind: target.kind,
        engine: target.address?.host ?? 'local',
        inputs: environment,
        buildAllowed: true,
        refreshBase: body.refreshBase,
      });
    });
    return { requestId, target, findings: [...findings] };
  }
}
