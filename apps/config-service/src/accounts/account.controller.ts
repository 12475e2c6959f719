import { configServiceApi, type ResultOf } from '@aml/contracts';
import { CallerOf, Route, type Caller } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { ProjectStore } from '../projects/project-store';

const { showAccount } = configServiceApi.endpoints;

@Controller()
export class AccountController {
  constructor(private readonly projects: ProjectStore) {}

  @Route(showAccount)
  async show(@CallerOf() caller: Caller): Promise<ResultOf<typeof showAccount>> {
    const workspace = await this.projects.currentWorkspace();
    return {
      userId: caller.userId,
      userName: caller.userName,
      accountName: workspace.accountName,
      workspaceId: workspace.id,
      workspaceName: workspace.name,
      identity: caller.identity,
      expiresUtc: null,
    };
  }
}
