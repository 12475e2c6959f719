import { insideContainer, RUN_MOUNT } from './container-paths';
import type { RuntimeFile } from './runtime-files';

/** Process 1 of a container: becomes the supervisor, with whatever Python the image has. */
const START_RUN = `#!/bin/sh
for python in python python3 python2; do
  if command -v "$python" >/dev/null 2>&1; then
    exec "$python" -S -E -B ${insideContainer.supervisor} ${RUN_MOUNT}
  fi
done
printf 'There is no Python in the image (its PATH is %s).\\n' "$PATH" >${insideContainer.startProblem}
exit 127
`;

/** Last in the PATH of a script: an image may call its interpreter python3 only. */
const PYTHON = `#!/bin/sh
exec python3 "$@"
`;

/** Finds the Spark of the image: that of the pyspark which the script imports, else SPARK_HOME, else PATH. */
const SPARK_SUBMIT = `#!/bin/sh
fail() {
  printf '%s\\n' "$1" >${insideContainer.startProblem}
  exit 127
}
find='
try:
    from importlib.util import find_spec
    found = find_spec("pyspark")
    path = found and found.origin
except ImportError:
    import pkgutil
    found = pkgutil.find_loader("pyspark")
    path = found and found.get_filename("pyspark")
print(path.rsplit("/", 1)[0] if path else "")'
package=$("$PYSPARK_PYTHON" -W ignore -c "$find" 2>/dev/null)
if [ -n "$package" ] && [ -x "$package/bin/spark-submit" ]; then
  submit=$package/bin/spark-submit
elif [ -n "\${SPARK_HOME:-}" ] && [ -x "$SPARK_HOME/bin/spark-submit" ]; then
  submit=$SPARK_HOME/bin/spark-submit
else
  submit=$(command -v spark-submit) || fail 'The script uses Spark, and the image has none. Add pyspark to the conda or pip dependencies, or use a base image with Spark.'
fi
if [ -n "\${JAVA_HOME:-}" ]; then
  [ -x "$JAVA_HOME/bin/java" ] || fail "Spark needs Java, and JAVA_HOME is $JAVA_HOME, where there is no bin/java."
else
  command -v java >/dev/null 2>&1 || fail 'Spark needs Java, and the image has none. Add openjdk to the conda dependencies, or use a base image with Java.'
fi
exec "$submit" "$@"
`;

export const SPARK_SUBMIT_INSIDE = `${insideContainer.bin}/run-spark-submit`;
export const START_RUN_INSIDE = `${insideContainer.bin}/start-run`;

/** Programs that a container needs beside the supervisor. */
export const containerPrograms: readonly RuntimeFile[] = [
  { path: 'bin/start-run', content: START_RUN, mode: 0o755 },
  { path: 'bin/run-spark-submit', content: SPARK_SUBMIT, mode: 0o755 },
  { path: 'bin/python', content: PYTHON, mode: 0o755 },
];
