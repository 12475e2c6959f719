import type { EnvironmentPlanBody, InputOf, environmentBuilderApi } from '@aml/contracts';
import type { DockerEngine } from '@aml/docker-client';
import { planEnvironment } from '@aml/environments';
import type { EnvironmentStore } from '../storage/environment-store';
import type { EnvironmentPlanner } from './environment-planner';

type Body = InputOf<typeof environmentBuilderApi.endpoints.planEnvironment>['body'];

/** What making an environment would do; nothing is built. */
export class PlanEnvironment {
  constructor(
    private readonly planner: EnvironmentPlanner,
    private readonly environments: EnvironmentStore,
    private readonly engine: DockerEngine,
  ) {}

  async execute({ inputs, engine, projectName, refreshBase }: Body): Promise<EnvironmentPlanBody> {
    const signal = AbortSignal.timeout(60_000);
    const planned = await this.planner.plan(inputs, { refreshBase, signal });
    const present = await Promise.all(
      planned.stages.map(async ({ tag }) =>
        (await this.engine.images.inspect(tag, { signal })) ? [tag] : [],
      ),
    );
    const known = await this.environments.find(planned.identity, engine);
    const previous = await this.environments.previousOf(projectName, planned.identity);
    const lastBuildSeconds = known?.buildSeconds ?? previous?.buildSeconds ?? null;
    const plan = planEnvironment(planned.definition, planned.stages, {
      tagsPresent: new Set(present.flat()),
      ...(lastBuildSeconds === null ? {} : { lastBuildSeconds }),
      ...(previous ? { previous: previous.definition } : {}),
    });
    return {
      identity: plan.identity,
      engine,
      action: plan.action,
      layers: plan.layers.map(({ name, present: there, reason }) => ({ name, present: there, reason })),
      cause: plan.cause.length === 0 ? null : plan.cause.join('\n'),
      lastBuildSeconds,
      warnings: planned.warnings.map(({ message }) => message),
      errors: [],
      definition: { ...planned.definition },
    };
  }
}
