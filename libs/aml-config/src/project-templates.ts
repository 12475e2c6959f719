import { type SourceFile } from './source-text';

const CONDA_HEAD = `# The conda environment of runs on docker, remotedocker and cluster targets. It is built once and used again as
# long as this file keeps its meaning; comments, order of keys and white space do not count.
#
# Runs on \`local\` and \`remote\` targets do not use it: they have the Python of that machine. To install the same there:
#   conda env update --file aml_config/conda_dependencies.yml
#
# Spark packages belong in spark_dependencies.yml.
name: project_environment
`;

const CONDA_PIP = `  # What conda does not have comes from pip: names, addresses of wheels, \`-r requirements.txt\`.
  - pip
  # - pip:
  #   - requests
`;

const LOCAL_COMPUTE = `# Runs on this machine, with the Python that is installed here.
type: local

# A name on the PATH or a path. Without it: the active virtual or conda environment, then python3, then python.
# pythonLocation: python3

# Needed only for \`Framework: PySpark\`, and only when pyspark is not installed in that Python.
# sparkSubmitLocation: spark-submit

# A folder that all runs of this project here share; scripts find it in AZUREML_NATIVE_SHARE_DIRECTORY.
nativeSharedDirectory: ~/.azureml/share/
`;

const DOCKER_COMPUTE = `# Runs in a container on this machine's Docker engine, in the environment of conda_dependencies.yml.
type: docker

# The image that the environment is built on. Without it: the default of the service.
# baseDockerImage: debian:bookworm-slim

# Makes the shared folder visible in the container. The project itself is always a copy.
sharedVolumes: true

# A folder that all runs of this project here share; scripts find it in AZUREML_NATIVE_SHARE_DIRECTORY.
nativeSharedDirectory: ~/.azureml/share/

# Gives containers the GPUs of this machine; needs the NVIDIA container toolkit.
# nvidiaDocker: true

# What a container may take. Without them: as much as the machine has.
# memory: 2g
# cpus: 1.5
`;

function runConfiguration(target: string, prepare: boolean): string {
  return `# What runs when nothing else is said: $file stands for the script given to \`aml experiment submit\`.
ArgumentVector:
  - $file

# The compute target: the name of a .compute file in this folder.
Target: ${target}

# Environment variables of the run, indented under the key:
# EnvironmentVariables:
#   EXAMPLE_ENV_VAR: Example Value
EnvironmentVariables: null

# Python, or PySpark to start a Spark session with spark_dependencies.yml.
Framework: Python

# Paths from the project folder.
CondaDependenciesFile: aml_config/conda_dependencies.yml
SparkDependenciesFile: aml_config/spark_dependencies.yml

# true: the environment is prepared as part of the run. false: \`aml experiment prepare -c ${target}\` comes first.
PrepareEnvironment: ${String(prepare)}

# false runs without a record.
TrackedRun: true

# Whether data sources give their sample or all of their data.
UseSampling: true
`;
}

const SPARK = `# Used only with \`Framework: PySpark\`; Python packages belong in conda_dependencies.yml.

# Settings of Spark, such as the sizes of executors and driver.
configuration:
  spark.app.name: Project
  # spark.executor.memory: 2g

# Maven repositories beside Maven Central.
repositories: []

# Packages with group, artifact and version.
# packages:
#   - group: com.databricks
#     artifact: spark-xml_2.12
#     version: "0.18.0"
packages: []
`;

/** The files of a new project, with comments that explain them. */
export const projectTemplates = {
  local: { compute: LOCAL_COMPUTE, runConfiguration: runConfiguration('local', false) },
  docker: { compute: DOCKER_COMPUTE, runConfiguration: runConfiguration('docker', true) },
  conda: {
    /** A Python and nothing else. */
    python: `${CONDA_HEAD}dependencies:
  # The version of Python.
  - python=3.11

${CONDA_PIP}`,
    /** A Python with scikit-learn and what usually goes with it. */
    'scikit-learn': `${CONDA_HEAD}dependencies:
  # The version of Python.
  - python=3.11

  - numpy
  - pandas
  - scikit-learn

${CONDA_PIP}`,
  },
  spark: SPARK,
} as const;

export type CondaTemplate = keyof typeof projectTemplates.conda;

/** The six files of a new project's \`aml_config\`, ready to be written. */
export function projectTemplateFiles(conda: CondaTemplate = 'python'): readonly SourceFile[] {
  const file = (name: string, text: string): SourceFile => ({
    path: `aml_config/${name}`,
    content: new TextEncoder().encode(text),
  });
  return [
    file('conda_dependencies.yml', projectTemplates.conda[conda]),
    file('docker.compute', projectTemplates.docker.compute),
    file('docker.runconfig', projectTemplates.docker.runConfiguration),
    file('local.compute', projectTemplates.local.compute),
    file('local.runconfig', projectTemplates.local.runConfiguration),
    file('spark_dependencies.yml', projectTemplates.spark),
  ];
}
