import type { CommandContext } from '../command';
import { formatAge, formatBytes, formatMetric, formatSeconds, parseDuration } from '../output/humanize';
import { printRecord } from '../output/print-records';
import type { RunDetails } from './run-record';

/** Prints the whole record of a run; programs get the record's fields with the details beside them. */
export async function printDetails(context: CommandContext, details: RunDetails): Promise<void> {
  const { record, environment, ...rest } = details;
  const data = { ...record, ...rest, environment_details: environment };
  const time = (iso: string | null): string =>
    iso === null ? '' : `${iso} (${formatAge(iso, context.now())})`;
  await printRecord(context.terminal, context.output, data, [
    ['run', record.run_id],
    ['number', String(record.run_number)],
    ['status', [record.status, record.status_reason].filter((part) => part !== '').join(': ')],
    ['exit code', record.exit_code === null ? '' : String(record.exit_code)],
    ['error', record.error?.message ?? ''],
    ['next', record.error?.hint ?? ''],
    ['script', [record.script_name, ...record.arguments].join(' ')],
    ['configuration', record.run_configuration],
    ['target', record.target],
    ['framework', record.framework],
    ['created', time(record.created_utc)],
    ['started', time(record.start_time_utc)],
    ['ended', time(record.end_time_utc)],
    ['duration', formatSeconds(parseDuration(record.duration))],
    ['name', record.name ?? ''],
    ['description', record.description ?? ''],
    ['tags', pairs(record.tags)],
    ['properties', pairs(record.properties)],
    ['project', record.project_name],
    ['user', record.user_id],
    [
      'snapshot',
      `${record.snapshot.slice(0, 12)} (${details.specification.snapshot.files} files, ${formatBytes(details.specification.snapshot.bytes)})`,
    ],
    ['environment', environmentText(details)],
    [
      'metrics',
      Object.entries(record.metrics)
        .map(([name, value]) => `${name}  ${formatMetric(value)}`)
        .join('\n'),
    ],
    [
      'logs',
      details.logs
        .map(
          (log) =>
            `${log.stream}  ${formatBytes(log.bytes)}${log.sealed ? '' : ' so far'}${log.masked > 0 ? `, ${log.masked} secrets masked` : ''}`,
        )
        .join('\n'),
    ],
    [
      'outputs',
      details.artifacts.map((artifact) => `${artifact.path}  ${formatBytes(artifact.sizeBytes)}`).join('\n'),
    ],
    [
      'states',
      details.states
        .map((state) => `${state.at}  ${state.state}${state.reason === '' ? '' : `  ${state.reason}`}`)
        .join('\n'),
    ],
    ['warnings', record.warnings.join('\n')],
  ]);
}

function pairs(map: Readonly<Record<string, string>>): string {
  return Object.entries(map)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}

function environmentText(details: RunDetails): string {
  const { environment } = details;
  if (environment === null) return '';
  const python = environment.lock?.python ? `, Python ${environment.lock.python}` : '';
  const packages = environment.lock
    ? `, ${environment.lock.conda.length + environment.lock.pip.length} packages`
    : '';
  return `${environment.identity.slice(0, 12)}${environment.reused ? ' (was there)' : ' (built for this run)'}${python}${packages}`;
}
