import { type FindingList, type Position, quoted } from './finding';
import { didYouMean } from './suggest';

/** What starts the script: Python itself or a Spark session. Run configurations that say nothing mean `PySpark`. */
export type Framework = 'PySpark' | 'Python';

export const DEFAULT_FRAMEWORK: Framework = 'PySpark';

const FRAMEWORKS: readonly Framework[] = ['PySpark', 'Python'];

/** Reads `Framework`; other capitals give a warning, other names an error and the default. */
export function readFramework(
  text: string | undefined,
  file: string,
  at: Position,
  findings: FindingList,
): Framework {
  if (text === undefined) return DEFAULT_FRAMEWORK;
  const framework = FRAMEWORKS.find((name) => name.toLowerCase() === text.toLowerCase());
  if (framework === undefined) {
    findings.error(file, at, {
      code: 'framework-unknown',
      message: `\`Framework\` is ${quoted(text)}; it can be \`PySpark\` or \`Python\``,
      fix: `Framework: ${/spark/i.test(text) ? 'PySpark' : 'Python'}`,
      hint: didYouMean(text, FRAMEWORKS),
    });
  } else if (framework !== text) {
    findings.warning(file, at, {
      code: 'framework-spelling',
      message: `\`Framework\` is ${quoted(text)}; it is read as \`${framework}\``,
      fix: `Framework: ${framework}`,
    });
  }
  return framework ?? DEFAULT_FRAMEWORK;
}
