import { compact } from './compact';
import { type FindingList, quoted } from './finding';
import { type ComputeTargetKey } from './known-keys';
import { type NameValues } from './name-values';
import { type SourceText } from './source-text';

/** What a container of a run may take; absent: as much as the machine has. */
export interface ContainerLimits {
  /** Memory, bytes; swap beyond it is not given. */
  readonly memoryBytes?: number;
  /** Processors, also parts of one: `1.5`. */
  readonly cpus?: number;
}

const UNITS: Readonly<Record<string, number>> = { '': 0, b: 0, k: 1, m: 2, g: 3, t: 4 };
/** Engines take no less. */
const LEAST_BYTES = 6 * 1024 ** 2;

/** Reads `memory` (`2g`, `512m`, `1.5 GiB`, bytes) and `cpus` (`1.5`). */
export function readContainerLimits(
  values: NameValues<ComputeTargetKey>,
  source: SourceText,
  findings: FindingList,
): ContainerLimits {
  const memory = values.text('memory');
  const memoryBytes = memory === undefined ? undefined : parseBytes(memory);
  if (memory !== undefined && (memoryBytes === undefined || memoryBytes < LEAST_BYTES)) {
    findings.error(source.path, values.positionOf('memory'), {
      code: 'memory-limit-malformed',
      message: `\`memory\` is ${quoted(memory)}; it must be an amount such as \`2g\` or \`512m\`, at least \`6m\``,
      fix: 'memory: 2g',
    });
    return {};
  }
  const processors = values.text('cpus');
  const cpus = processors === undefined ? undefined : Number(processors);
  if (cpus !== undefined && !(cpus >= 0.01 && cpus < Infinity)) {
    findings.error(source.path, values.positionOf('cpus'), {
      code: 'cpu-limit-malformed',
      message: `\`cpus\` is ${quoted(processors ?? '')}; it must be a number of processors such as \`2\` or \`1.5\``,
      fix: 'cpus: 2',
    });
    return {};
  }
  return compact({ memoryBytes, cpus });
}

function parseBytes(text: string): number | undefined {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  if (number === '') return undefined;
  return Math.floor(Number(number) * 1024 ** (UNITS[unit.toLowerCase()] ?? 0));
}
