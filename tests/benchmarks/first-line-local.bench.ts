import { join } from 'node:path';
import { row, type Benchmark } from './benchmark';
import { interleave, timeFirstByte } from './measure';
import { aml, HELLO } from './surroundings';

const MLPROJECT = 'name: hello\nentry_points:\n  main:\n    command: "python3 hello.py"\n';

/** A warm submit until the script's first byte is on the command's stdout; the same Python on all three sides. */
export const firstLineLocal: Benchmark = {
  topic: 'first-line-local',
  run: async ({ journey, project, shell, tools, repetitions }) => {
    const mlflow = journey.bareProject('mlflow', { 'hello.py': HELLO, MLproject: MLPROJECT });
    const mlflowEnv = { ...shell, MLFLOW_DISABLE_TELEMETRY: 'true' };
    const samples = await interleave(repetitions, {
      ours: () =>
        timeFirstByte([aml, 'experiment', 'submit', '-c', 'local', 'hello.py'], {
          cwd: project.path,
          env: shell,
        }),
      bare: () => timeFirstByte(['python3', 'hello.py'], { cwd: project.path, env: shell }),
      mlflow: () =>
        timeFirstByte([join(tools, 'bin/mlflow'), 'run', '--env-manager', 'local', '.'], {
          cwd: mlflow.path,
          env: mlflowEnv,
        }),
    });
    return [
      row({
        what: 'submit to first line, `local`',
        unit: 'ms',
        beside: '`python3 hello.py`',
        ours: samples.ours,
        bare: samples.bare,
        bar: { under: 700 },
      }),
      row({
        what: 'the same beside mlflow',
        unit: 'ms',
        beside: '`mlflow run --env-manager local`',
        ours: samples.ours,
        bare: samples.mlflow,
        bar: { timesFaster: 3 },
      }),
    ];
  },
};
