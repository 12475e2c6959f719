import type { BasePin } from './base-image';
import type { EnvironmentDefinition } from './environment-definition';

/** What differs between two definitions, one line each, as people would say it. Empty when they are the same environment. */
export function describeChange(
  before: EnvironmentDefinition,
  after: EnvironmentDefinition,
): readonly string[] {
  return [
    ...(pinText(before.base.pin) === pinText(after.base.pin)
      ? []
      : [`base image: ${baseText(before)} → ${baseText(after)}`]),
    ...changed('platform', before.platform, after.platform),
    ...changed('GPU', String(before.gpu), String(after.gpu)),
    ...changed('package source', before.policy.packageSource, after.policy.packageSource),
    ...changed('Python that is not offered', before.policy.pythonFallback, after.policy.pythonFallback),
    ...changed('Python', pythonText(before), pythonText(after)),
    ...changed(
      'channels',
      before.conda?.channels.join(', ') ?? 'none',
      after.conda?.channels.join(', ') ?? 'none',
    ),
    ...changed(
      'facts of the base image for conda',
      before.conda?.virtualPackages.join(', ') ?? '',
      after.conda && before.conda
        ? after.conda.virtualPackages.join(', ')
        : (before.conda?.virtualPackages.join(', ') ?? ''),
    ),
    ...lines('conda package', before.conda?.packages ?? [], after.conda?.packages ?? []),
    ...lines('Spark', before.spark?.lines ?? [], after.spark?.lines ?? []),
    ...lines('pip line', before.pip.lines, after.pip.lines),
    ...lines('pip constraint', before.pip.constraints, after.pip.constraints),
    ...files(before, after),
    ...changed('package index', indexText(before), indexText(after)),
    ...changed('order of the pip lines', order(before, after), ''),
    ...(before.tool === after.tool && before.template === after.template
      ? []
      : ['this version of the service builds environments differently']),
  ];
}

function changed(what: string, before: string, after: string): readonly string[] {
  return before === after ? [] : [after === '' ? `${what}: ${before}` : `${what}: ${before} → ${after}`];
}

function lines(what: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const removed = before.filter((line) => !after.includes(line));
  const added = after.filter((line) => !before.includes(line));
  return [
    ...removed.map((line) => `${what} removed: ${line}`),
    ...added.map((line) => `${what} added: ${line}`),
  ];
}

/** The same lines in another order are another environment: pip takes them in order. */
function order(before: EnvironmentDefinition, after: EnvironmentDefinition): string {
  const [left, right] = [before.pip.lines, after.pip.lines];
  const same = left.length === right.length && left.every((line) => right.includes(line));
  return same && left.join('\n') !== right.join('\n') ? 'changed' : '';
}

function files(before: EnvironmentDefinition, after: EnvironmentDefinition): readonly string[] {
  const old = new Map(before.pip.files.map((file) => [file.path, file.sha256]));
  const differing = after.pip.files.filter(
    (file) => old.has(file.path) && old.get(file.path) !== file.sha256,
  );
  const paths = lines(
    'file',
    before.pip.files.map((file) => file.path),
    after.pip.files.map((file) => file.path),
  );
  return [...differing.map((file) => `file changed: ${file.path}`), ...paths];
}

function pythonText({ python }: EnvironmentDefinition): string {
  return python.from === 'conda' ? 'from conda' : `${python.version} of the base image`;
}

function baseText({ base }: EnvironmentDefinition): string {
  return `${base.reference} (${pinText(base.pin).slice(0, 19)})`;
}

function pinText(pin: BasePin): string {
  if (pin.kind === 'digest') return pin.digest;
  return pin.kind === 'recipe' ? `recipe ${pin.hash}` : pin.id;
}

function indexText({ pip }: EnvironmentDefinition): string {
  return [pip.indexUrl ?? 'the default', ...pip.extraIndexUrls, `by ${pip.installer}`].join(', ');
}
