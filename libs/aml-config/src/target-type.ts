import { type FindingList, quoted } from './finding';
import { type ComputeTargetKey } from './known-keys';
import { type NameValues } from './name-values';
import { type SourceText } from './source-text';
import { didYouMean, listed } from './suggest';

/** Kinds of compute target. `localdocker` of real files is `docker`. */
export type TargetType = 'local' | 'docker' | 'remotedocker' | 'remote' | 'cluster';

const TYPES: Readonly<Record<string, TargetType>> = {
  local: 'local',
  docker: 'docker',
  localdocker: 'docker',
  remotedocker: 'remotedocker',
  remote: 'remote',
  cluster: 'cluster',
};

/** Reads `type`; in early files that have none, `cluster: True` and `native: True` say it. Undefined, with an error: nothing does. */
export function readTargetType(
  values: NameValues<ComputeTargetKey>,
  source: SourceText,
  findings: FindingList,
): TargetType | undefined {
  const text = values.text('type');
  if (text !== undefined) return fromText(text, values, source, findings);
  if (values.entry('type') !== undefined && findings.hasErrors) return undefined;
  return fromEarlyKeys(values) ?? missing(values, source, findings);
}

function fromText(
  text: string,
  values: NameValues<ComputeTargetKey>,
  source: SourceText,
  findings: FindingList,
): TargetType | undefined {
  const folded = text.toLowerCase().replace(/[-_ ]/g, '');
  const type = Object.hasOwn(TYPES, folded) ? TYPES[folded] : undefined;
  const entry = values.entry('type');
  if (type === undefined) {
    findings.error(source.path, values.positionOf('type'), {
      code: 'target-type-unknown',
      message: `\`type\` is ${quoted(text)}; it can be ${listed(Object.keys(TYPES).filter((name) => name !== 'localdocker'))}`,
      hint: didYouMean(text, Object.keys(TYPES)),
    });
  } else if (folded !== text && entry !== undefined) {
    findings.warning(source.path, values.positionOf('type'), {
      code: 'target-type-spelling',
      message: `\`type\` is ${quoted(text)}; it is read as ${quoted(folded)}`,
      fix: values.line(entry, folded),
    });
  }
  return type;
}

/** `cluster` and `native` both false is what early files say of Docker, here or at an address. */
function fromEarlyKeys(values: NameValues<ComputeTargetKey>): TargetType | undefined {
  const hasAddress = values.text('address') !== undefined;
  if (values.flag('cluster') === true) return 'cluster';
  if (values.flag('native') === true) return hasAddress ? 'remote' : 'local';
  if (values.entry('cluster') === undefined && values.entry('native') === undefined) return undefined;
  return hasAddress ? 'remotedocker' : 'docker';
}

function missing(values: NameValues<ComputeTargetKey>, source: SourceText, findings: FindingList): undefined {
  const address = values.text('address');
  const image = values.text('baseDockerImage');
  const remote = address?.includes('azurehdinsight') === true ? 'cluster' : 'remotedocker';
  const guess = address === undefined ? (image === undefined ? 'local' : 'docker') : remote;
  findings.error(
    source.path,
    { line: 1, column: 1 },
    {
      code: 'target-type-missing',
      message: 'the file does not say what kind of compute target it describes: there is no `type`',
      fix: `type: ${guess}`,
      hint: `The type can be ${listed(Object.keys(TYPES).filter((name) => name !== 'localdocker'))}.`,
    },
  );
  return undefined;
}
