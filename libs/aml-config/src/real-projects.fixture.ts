import { type Texts } from './testing.fixture';

/** Projects in the shapes that public repositories of 2017 and 2018 have. */

/** As the first application templates wrote it. */
export const TEMPLATE_OF_2017: Texts = {
  'aml_config/local.compute':
    'type: "local"\npythonLocation: "python"\nsparkSubmitLocation: "spark-submit"\nnativeSharedDirectory: "~/.azureml/share/"',
  'aml_config/local.runconfig': `# Program and arguments; the token is replaced.
ArgumentVector:
  - "$file"

Target: "local"

# Environment variables set for the run.
EnvironmentVariables:
  "EXAMPLE_ENV_VAR": "Example Value"

Framework: "Python"
CondaDependenciesFile: "aml_config/conda_dependencies.yml"
SparkDependenciesFile: "aml_config/spark_dependencies.yml"
PrepareEnvironment: false
TrackedRun: true
UseSampling: true
# DataSourceSettings:
#   my.dsource:
#     Sampling:
#       Sample: MySampleName
`,
  'aml_config/docker.compute': `type: "localdocker"
baseDockerImage: "microsoft/mmlspark:plus-0.7.91"

# Shared volumes are faster.
sharedVolumes: true
nativeSharedDirectory: "~/.azureml/share/"
`,
  'aml_config/docker.runconfig': `ArgumentVector:
  - "$file"
Target: "docker"
EnvironmentVariables:
  "EXAMPLE_ENV_VAR": "Example Value"
Framework: "PySpark"
CondaDependenciesFile: "aml_config/conda_dependencies.yml"
SparkDependenciesFile: "aml_config/spark_dependencies.yml"
PrepareEnvironment: true
TrackedRun: true
`,
  'aml_config/conda_dependencies.yml': `name: project_environment
channels:
  - conda-forge
dependencies:
  # The version of the interpreter.
  - python=3.5.2
  - ipykernel=4.6.1
  - scikit-learn

  - pip:
    # The API of the model management service.
    - azure-ml-api-sdk==0.1.0a10
    - https://example.blob.core.windows.net/wheels/latest/azureml.assets-1.0.0-py3-none-any.whl?sv=2016-05-31&si=ro-2017&sr=c&sig=xnUdTm0B%2F%2FfknhTaRInBXyu2QTTt8wA3OsXwGVgU%2BJk%3D
    - C:\\temp\\my_private_python_pkg.whl
    - wheels/local_package-1.0-py3-none-any.whl
`,
  'aml_config/spark_dependencies.yml': `configuration:
  "spark.app.name": "ClassifyingIris"
  "spark.executor.cores": 2
  "spark.executor.memory": 5g
  "spark.sql.catalogImplementation": "hive"
  "spark.dynamicAllocation.enabled": False
repositories:
  - "https://mmlspark.azureedge.net/maven"
  - "https://spark-packages.org/packages"
packages:
  - group: "com.microsoft.ml.spark"
    artifact: "mmlspark_2.11"
    version: "0.7.91"
  - group: databricks
    artifact: spark-sklearn
    version: 0.20
`,
};

/** As \`attach\` wrote it: alphabetical, lists at the edge. Several run configurations share a target. */
export const ATTACHED: Texts = {
  'aml_config/dsvm.compute': `address: 52.183.91.221
baseDockerImage: microsoft/mmlspark:plus-gpu-0.7.91
nativeSharedDirectory: ~/.azureml/share/
nvidiaDocker: true
password: AzureMlSecret=dsvm#datasci#8f1f946409b04543be020e0ce55c4116
sharedVolumes: true
type: remotedocker
username: datasci
`,
  'aml_config/dsvm.runconfig': `ArgumentVector:
- $file
CondaDependenciesFile: aml_config/conda_dependencies.yml
EnvironmentVariables: null
Framework: PySpark
PrepareEnvironment: false
SparkDependenciesFile: aml_config/spark_dependencies.yml
Target: dsvm
TrackedRun: true
UseSampling: true
`,
  'aml_config/dsvm-python.runconfig': `ArgumentVector:
- code/train.py
- 234
- -v
- --alpha
- 0.10
CondaDependenciesFile: null
EnvironmentVariables:
  OMP_NUM_THREADS: 4
  SCALE: 1.10
  VERBOSE: True
Framework: Python
PrepareEnvironment: true
Target: dsvm
TrackedRun: true
`,
  'aml_config/hdi.compute': `address: mycluster-ssh.azurehdinsight.net
password: AzureMlSecret=6cb2f2b4-5a52-4bb1-8ee8-34b3ec1c9e54
type: cluster
username: sshuser
yarnDeployMode: client
`,
  'aml_config/hdi.runconfig': `ArgumentVector:
    - $file
CondaDependenciesFile: aml_config/conda_dependencies.yml
Framework: PySpark
PrepareEnvironment: false
SparkDependenciesFile: aml_config/spark_dependencies.yml
Target: hdi
TrackedRun: true
UseSampling: true
DataSourceSubstitutions:
    201701-trips.dsource: 201501-trips.dsource
`,
  'aml_config/vm.compute': `address: vm.example.com:2222
pythonLocation: /anaconda/envs/py35/bin/python
type: remote
userManagedEnvironment: true
username: me
`,
  'aml_config/vm.runconfig': `ArgumentVector:
- $file
EnvironmentVariables: null
Framework: Python
PrepareEnvironment: false
Target: vm
TrackedRun: false
UseSampling: false
`,
  'aml_config/conda_dependencies.yml':
    'name: project_environment\ndependencies:\n  - python=3.5.2\n  - pip\n  - pip:\n    - seaborn\n',
  'aml_config/spark_dependencies.yml': 'configuration: {}\nrepositories: []\npackages: []\n',
};

/** Of the first preview: run configurations in JSON, computes without a type. One has lost a comma, as a real one had. */
export const EARLY: Texts = {
  'aml_config/docker.compute': 'type: "docker"\r\nbaseDockerImage: "microsoft/mmlspark:0.7"\r\n',
  'aml_config/docker.runconfig': `{
  "Description":"Run the project in a container.\\nPackages are in conda_dependencies.yml",
  "ArgumentVector":[
    "$file"
  ],
  "CondaFile":null,
  "ManagedEnvironment":true,
  "TrackedRun":true,
  "Target":"docker"
  "PrepareEnvironment":true
}
`,
  'aml_config/cluster.compute':
    'address: foo-ssh.azurehdinsight.net\ncluster: True\nusername: sshuser\npassword: Passw0rd!\n',
  'aml_config/cluster.runconfig':
    '{"ArgumentVector": ["$file"], "Target": "cluster", "Framework": "PySpark"}',
  'aml_config/native.compute': 'native: True\n',
  'aml_config/native.runconfig':
    '{\r\n\t"ArgumentVector": [\r\n\t\t"$file"\r\n\t],\r\n\t"Target": "native",\r\n\t"Framework": "Python"\r\n}\r\n',
  'aml_config/conda_dependencies.yml': 'name: project_environment\r\ndependencies:\r\n  - python=3.5.2\r\n',
};
