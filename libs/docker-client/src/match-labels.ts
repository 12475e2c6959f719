import type { LabelFilter } from './docker-engine';

/** Whether something carries all of these labels, as the engine's own filter decides it. */
export function matchesLabels(
  labels: Readonly<Record<string, string>>,
  filters: readonly LabelFilter[],
): boolean {
  return filters.every(({ name, value }) => {
    return Object.hasOwn(labels, name) && (value === undefined || labels[name] === value);
  });
}
