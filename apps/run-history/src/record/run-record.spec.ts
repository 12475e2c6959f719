import { aRunSpecification } from '@aml/testing';
import { describe, expect, it } from 'vitest';
import { RunEntity } from '../storage/run.entity';
import { runRecord } from './run-record';

const none = { artifactPaths: [], environment: null, warnings: [] };

function aRun(given: Partial<RunEntity>): RunEntity {
  const specification = aRunSpecification();
  return Object.assign(new RunEntity(), {
    runId: specification.runId,
    status: 'Completed',
    createdAt: new Date('2024-01-01T00:00:00Z'),
    startedAt: null,
    endedAt: null,
    durationMs: null,
    specification,
    properties: {},
    tags: {},
    metrics: {},
    warnings: [],
    ...given,
  });
}

describe('a record in the spelling of the old service', () => {
  it('has metrics at the top level too, where no field has their name', () => {
    const record = runRecord(aRun({ metrics: { Accuracy: 0.9, status: 'mine' } }), none);
    expect(record).toMatchObject({ Accuracy: 0.9, status: 'Completed' });
    expect(record.metrics).toEqual({ Accuracy: 0.9, status: 'mine' });
  });

  it('names logs and files as attachments, once there may be any', () => {
    const extras = { ...none, artifactPaths: ['outputs/a', 'outputs/b'] };
    expect(runRecord(aRun({}), extras).attachments).toBe(
      'control_log.txt,driver_log.txt,outputs/a,outputs/b',
    );
    expect(runRecord(aRun({ status: 'Queued' }), none).attachments).toBe('');
  });

  it('has the duration that was measured, not what two clocks differ by', () => {
    const startedAt = new Date('2024-01-01T00:00:00Z');
    const endedAt = new Date('2024-01-01T01:00:00Z');
    const measured = runRecord(aRun({ startedAt, endedAt, durationMs: 2_500 }), none);
    expect(measured.duration).toBe('0:00:02.500000');
    expect(runRecord(aRun({ startedAt, endedAt }), none).duration).toBe('1:00:00.000000');
    expect(runRecord(aRun({}), none).duration).toBeNull();
  });

  it('tells what the environment warned of after what the run warned of', () => {
    const extras = { ...none, warnings: ['of the environment'] };
    expect(runRecord(aRun({ warnings: ['of the run'] }), extras).warnings).toEqual([
      'of the run',
      'of the environment',
    ]);
  });
});
