import { configServiceApi, type InputOf, type ResultOf } from '@aml/contracts';
import { Input, Route } from '@aml/service-kit';
import { Controller } from '@nestjs/common';
import { ProjectStore } from './project-store';

const { listProjects, openProject } = configServiceApi.endpoints;

@Controller()
export class ProjectsController {
  constructor(private readonly projects: ProjectStore) {}

  @Route(openProject)
  open(@Input() { params, body }: InputOf<typeof openProject>): Promise<ResultOf<typeof openProject>> {
    return this.projects.open(params.name, body.projectId);
  }

  @Route(listProjects)
  list(@Input() { query }: InputOf<typeof listProjects>): Promise<ResultOf<typeof listProjects>> {
    return this.projects.list(query.limit, query.cursor);
  }
}
