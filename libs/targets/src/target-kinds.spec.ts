import { FakeDockerEngine } from '@aml/docker-client';
import { TARGET_KINDS } from '@aml/run-model';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTargetDrivers, TARGET_DEFINITIONS } from './target-kinds';

const here = import.meta.dirname;
const folders = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
  .map((entry) => entry.name)
  .sort();
const kinds = [...TARGET_KINDS].sort();

describe('the kinds of target', () => {
  it('are the folders here', () => {
    expect(folders).toEqual(kinds);
  });

  it('have a driver and a definition each', () => {
    const runtime = { sdkFolder: '/sdk', supervisorFolder: '/supervisor' };
    const drivers = createTargetDrivers({ workRoot: '/w', runtime, engine: new FakeDockerEngine() });
    expect([...drivers.keys()].sort()).toEqual(kinds);
    for (const [kind, driver] of drivers) expect(driver.kind).toBe(kind);
    expect(TARGET_DEFINITIONS.map(({ kind }) => kind).sort()).toEqual(kinds);
  });

  it.each(kinds)('%s has the same files as the others, and a README', (kind) => {
    const parts = ['definition', 'driver', 'check', 'launch', 'observe', 'cancel', 'collect', 'clean'];
    const files = [...parts.map((part) => `${kind}.${part}.ts`), `${kind}.contract.spec.ts`, 'README.md'];
    expect(files.filter((file) => !existsSync(join(here, kind, file)))).toEqual([]);
  });
});
