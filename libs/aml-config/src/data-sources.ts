import { type FindingList } from './finding';
import { type RunConfigurationKey } from './known-keys';
import { type NameValues } from './name-values';
import { type SourceText } from './source-text';
import { isNull, type MapEntry, plainValue, type PlainValue } from './yaml-node';

/** What a run is told about its data sources: kept as written and handed to the run. */
export interface DataSources {
  /** `UseSampling`. Default: true, as `attach` writes it. */
  readonly useSampling: boolean;
  /** `DataSourceSettings`: by data source, as written. */
  readonly settings: Readonly<Record<string, PlainValue>>;
  /** `DataSourceSubstitutions`: data source → the one that is read in its place. */
  readonly substitutions: Readonly<Record<string, string>>;
}

export function readDataSources(
  values: NameValues<RunConfigurationKey>,
  source: SourceText,
  findings: FindingList,
): DataSources {
  return {
    useSampling: values.flag('UseSampling') ?? true,
    settings: readSettings(values, source, findings),
    substitutions: readSubstitutions(values),
  };
}

/** A page of the old documentation shows `Sampling` beside its data source in place of under it; that is corrected with a warning. */
function readSettings(
  values: NameValues<RunConfigurationKey>,
  source: SourceText,
  findings: FindingList,
): Readonly<Record<string, PlainValue>> {
  const settings: [string, PlainValue][] = [];
  const entries = values.map('DataSourceSettings')?.entries ?? [];
  entries.forEach((entry, index) => {
    const name = entry.key.text;
    if (name === 'Sampling' || name === 'Sample') return;
    const following = entries.slice(index + 1);
    const end = following.findIndex((next) => next.key.text !== 'Sampling' && next.key.text !== 'Sample');
    const loose = isNull(entry.value) ? following.slice(0, end < 0 ? undefined : end) : [];
    const sample = sampleOf(loose);
    if (sample === undefined) {
      if (entry.value.kind === 'map' || isNull(entry.value)) settings.push([name, plainValue(entry.value)]);
      else values.wrongType(`DataSourceSettings of ${name}`, entry.value, 'a map that names a sample');
      return;
    }
    settings.push([name, { Sampling: { Sample: sample } }]);
    findings.warning(source.path, values.place(entry.key), {
      code: 'data-source-settings-not-indented',
      message: `the sampling of \`${name}\` stands beside it, not under it; it is read as if it were indented`,
      fix: ['DataSourceSettings:', `  ${name}:`, '    Sampling:', `      Sample: ${sample}`].join('\n'),
    });
  });
  return Object.fromEntries(settings);
}

function sampleOf(entries: readonly MapEntry[]): string | undefined {
  for (const { key, value } of entries) {
    if (key.text === 'Sample' && value.kind === 'scalar' && value.text !== '') return value.text;
    if (value.kind === 'map') return sampleOf(value.entries);
  }
  return undefined;
}

function readSubstitutions(values: NameValues<RunConfigurationKey>): Readonly<Record<string, string>> {
  const pairs: [string, string][] = [];
  for (const { key, value } of values.map('DataSourceSubstitutions')?.entries ?? []) {
    if (value.kind === 'scalar' && !isNull(value)) pairs.push([key.text, value.text]);
    else values.wrongType(`DataSourceSubstitutions of ${key.text}`, value, 'the name of a data source');
  }
  return Object.fromEntries(pairs);
}
