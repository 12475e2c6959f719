import type { EnvironmentDefinition } from '@aml/environments';
import { describe, expect, it } from 'vitest';
import { environmentLock } from './environment-lock';

const definition = {
  base: { reference: 'debian:bookworm-slim', facts: { python: '3.11.2' } },
} as unknown as EnvironmentDefinition;

describe('the exact packages as records keep them', () => {
  it('have the channel that each conda package came from, and the Python among them', () => {
    const url = 'https://conda.example/main/linux-64/python-3.10.1-0.conda';
    const python = { name: 'python', version: '3.10.1', build: '0', subdir: 'linux-64', url };
    const lock = environmentLock({ conda: { packages: [python], notes: [] }, pip: [] }, definition);
    expect(lock).toEqual({
      conda: [{ name: 'python', version: '3.10.1', build: '0', channel: 'https://conda.example/main' }],
      pip: [],
      python: '3.10.1',
      baseImage: 'debian:bookworm-slim',
    });
  });

  it('have pip packages by version or by where they came from, and else the Python of the base image', () => {
    const pip = ['numpy==1.26.4', 'mine @ file:///tmp/mine.whl', '-e /odd'];
    expect(environmentLock({ pip }, definition)).toMatchObject({
      python: '3.11.2',
      pip: [
        { name: 'numpy', version: '1.26.4' },
        { name: 'mine', version: 'file:///tmp/mine.whl' },
        { name: '-e /odd', version: '' },
      ],
    });
  });
});
