/** What a name of a conda list means to the Python package index. */
export type PypiName =
  /** Known there by another name. */
  | { readonly kind: 'renamed'; readonly name: string }
  /** Not needed there, for this reason. */
  | { readonly kind: 'left-out'; readonly because: string }
  /** Not to be had there, with what can be done. */
  | { readonly kind: 'unavailable'; readonly instead: string };

const insideWheels = 'the wheels of the Python package index bring their own';
const ofTheSystem = 'it is part of the base image';
const compilers = 'compilers come with the base image (its EXTRA_PACKAGES, such as build-essential)';
const cudaOfTheBase = 'wheels bring their own CUDA libraries, others use those of the base image';

const renamed: Readonly<Record<string, string>> = {
  bs4: 'beautifulsoup4',
  'keras-gpu': 'keras',
  'lightgbm-gpu': 'lightgbm',
  'matplotlib-base': 'matplotlib',
  'msgpack-python': 'msgpack',
  opencv: 'opencv-python-headless',
  opencv3: 'opencv-python-headless',
  'py-opencv': 'opencv-python-headless',
  'py-xgboost': 'xgboost',
  'py-xgboost-cpu': 'xgboost',
  'py-xgboost-gpu': 'xgboost',
  pytables: 'tables',
  'python-blosc': 'blosc',
  'python-graphviz': 'graphviz',
  'python-levenshtein': 'levenshtein',
  pytorch: 'torch',
  'pytorch-cpu': 'torch',
  'pytorch-gpu': 'torch',
  ruamel_yaml: 'ruamel.yaml',
  'seaborn-base': 'seaborn',
  'tensorflow-base': 'tensorflow',
  'tensorflow-mkl': 'tensorflow',
  'tensorflow-eigen': 'tensorflow',
  typing_extensions: 'typing-extensions',
};

const leftOut: Readonly<Record<string, string>> = {
  _libgcc_mutex: ofTheSystem,
  _openmp_mutex: ofTheSystem,
  blas: insideWheels,
  bzip2: ofTheSystem,
  'ca-certificates': ofTheSystem,
  conda: 'there is no conda in this environment',
  cudatoolkit: cudaOfTheBase,
  'cuda-toolkit': cudaOfTheBase,
  cudnn: cudaOfTheBase,
  freetype: insideWheels,
  gcc: compilers,
  gxx: compilers,
  'gcc_linux-64': compilers,
  'gxx_linux-64': compilers,
  gfortran: compilers,
  hdf5: insideWheels,
  icu: insideWheels,
  'intel-openmp': insideWheels,
  jpeg: insideWheels,
  'ld_impl_linux-64': ofTheSystem,
  libffi: ofTheSystem,
  libgcc: ofTheSystem,
  'libgcc-ng': ofTheSystem,
  'libgfortran-ng': insideWheels,
  libgfortran: insideWheels,
  libopenblas: insideWheels,
  libpng: insideWheels,
  'libstdcxx-ng': ofTheSystem,
  libtiff: insideWheels,
  libxml2: insideWheels,
  libxslt: insideWheels,
  mkl: insideWheels,
  'mkl-service': insideWheels,
  mkl_fft: insideWheels,
  mkl_random: insideWheels,
  ncurses: ofTheSystem,
  nomkl: insideWheels,
  openblas: insideWheels,
  openmp: insideWheels,
  openssl: ofTheSystem,
  qt: insideWheels,
  readline: ofTheSystem,
  sqlite: ofTheSystem,
  tk: ofTheSystem,
  vs2015_runtime: 'it is of another operating system',
  vc: 'it is of another operating system',
  xz: ofTheSystem,
  yaml: insideWheels,
  zlib: ofTheSystem,
};

const needsSystemPackage = 'add it to the base image (EXTRA_PACKAGES) and take it out of the list';

const unavailable: Readonly<Record<string, string>> = {
  'r-base': 'use a base image with R, or take packages from conda',
  boost: needsSystemPackage,
  curl: needsSystemPackage,
  ffmpeg: needsSystemPackage,
  git: needsSystemPackage,
  graphviz: needsSystemPackage,
  libgdal: needsSystemPackage,
  mpich: needsSystemPackage,
  nodejs: needsSystemPackage,
  openmpi: needsSystemPackage,
  openjdk: 'use a base image with Java (ours has it for PySpark) and take it out of the list',
  'java-jdk': 'use a base image with Java (ours has it for PySpark) and take it out of the list',
  perl: needsSystemPackage,
  postgresql: needsSystemPackage,
  unixodbc: needsSystemPackage,
  wget: needsSystemPackage,
};

/** What becomes of a name of a conda list where packages come from the Python package index; undefined: the same name there. */
export function nameOnPypi(condaName: string): PypiName | undefined {
  if (Object.hasOwn(leftOut, condaName)) return { kind: 'left-out', because: leftOut[condaName] ?? '' };
  if (Object.hasOwn(unavailable, condaName))
    return { kind: 'unavailable', instead: unavailable[condaName] ?? '' };
  const other = Object.hasOwn(renamed, condaName) ? renamed[condaName] : undefined;
  if (other !== undefined) return { kind: 'renamed', name: other };
  if (/^(r|bioconductor)-/.test(condaName) || condaName === 'r') {
    return { kind: 'unavailable', instead: unavailable['r-base'] ?? '' };
  }
  return undefined;
}

/** The tables for the documentation: conda name → what happens. */
export function pypiNameTable(): ReadonlyMap<string, PypiName> {
  const names = [...Object.keys(renamed), ...Object.keys(leftOut), ...Object.keys(unavailable)].sort();
  return new Map(
    names.flatMap((name) => {
      const meaning = nameOnPypi(name);
      return meaning ? [[name, meaning] as const] : [];
    }),
  );
}
