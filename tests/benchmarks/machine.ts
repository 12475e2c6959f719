import { packageRoot } from '@aml/testing';
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** What a reader needs to know of where and when the numbers were made. */
export interface Machine {
  readonly date: string;
  readonly commit: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted a core over the last minute, before the first measurement. */
  readonly load: number;
}

export function describeMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: commit(),
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    load: loadavg()[0] ?? 0,
  };
}

function commit(): string {
  try {
    const git = (...words: string[]): string =>
      execFileSync('git', ['-C', packageRoot, ...words], { encoding: 'utf8' }).trim();
    const product = ['apps', 'libs', 'python', 'deploy', 'aml', 'package.json', 'pnpm-lock.yaml'];
    const changed = git('status', '--porcelain', '--', ...product) !== '';
    return `${git('rev-parse', '--short=10', 'HEAD')}${changed ? ' with changes' : ''}`;
  } catch {
    return 'unknown';
  }
}
