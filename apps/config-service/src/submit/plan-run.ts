import type { InputOf, ResultOf, SubmitBody, configServiceApi } from '@aml/contracts';
import type { ProjectStore } from '../projects/project-store';
import type { ResolveSubmit } from './resolve-submit';

type RunPlan = ResultOf<typeof configServiceApi.endpoints.planRun>;

/** What a submit would do, with the reason of each choice. Nothing is stored, nothing is announced. */
export class PlanRun {
  constructor(
    private readonly projects: ProjectStore,
    private readonly resolveSubmit: ResolveSubmit,
  ) {}

  async execute(body: InputOf<typeof configServiceApi.endpoints.planRun>['body']): Promise<RunPlan> {
    const project = await this.projects.find(body.projectId);
    const resolved = await this.resolveSubmit.execute(body);
    const { run, target } = resolved;
    return {
      projectName: project.name,
      configuration: run.name,
      target,
      framework: run.framework,
      script: resolved.script,
      arguments: [...resolved.arguments],
      environmentVariables: { ...run.environmentVariables },
      prepareEnvironment: run.prepareEnvironment,
      tracked: run.trackedRun,
      timeLimitSeconds: body.timeLimitSeconds,
      environment: resolved.environment,
      reasons: reasons(body, resolved),
      findings: [...resolved.findings],
    };
  }
}

function reasons(body: SubmitBody, resolved: Awaited<ReturnType<ResolveSubmit['execute']>>): string[] {
  const { run, target } = resolved;
  const because = (typed: boolean, file: string): string => (typed ? 'typed' : `from ${file}`);
  const all = [
    `run configuration ${run.name} (${run.runConfiguration.file})`,
    `compute target ${target.name}, ${target.kind} (${because(body.target !== undefined, run.runConfiguration.file)})`,
    `framework ${run.framework} (${because(body.framework !== undefined, run.runConfiguration.file)})`,
  ];
  if (resolved.environment === null) {
    const interpreter = target.pythonLocation ?? body.client.interpreter?.path ?? 'none found';
    const source = target.pythonLocation
      ? `pythonLocation of ${target.file}`
      : (body.client.interpreter?.source ?? 'the shell');
    all.push(`your own Python ${interpreter} (${source}); conda_dependencies.yml is not used on this target`);
  } else {
    const { condaFile, baseImage } = resolved.environment;
    all.push(
      `environment from ${condaFile ?? 'no dependency file'} on ${baseImage ?? 'the default base image'}`,
    );
    all.push(
      run.prepareEnvironment
        ? 'the environment is prepared as part of the run where it is missing'
        : `the run is refused where the environment is missing: aml experiment prepare -c ${run.name}`,
    );
  }
  if (!run.trackedRun) all.push('TrackedRun is false: the log is kept for a day, no metrics and outputs');
  return all;
}
