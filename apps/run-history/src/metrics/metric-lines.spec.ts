import { describe, expect, it } from 'vitest';
import { addToSummary, readMetricLines } from './metric-lines';

const line = (fields: object): string => JSON.stringify({ v: 1, time: 2, pid: 1, seq: 1, ...fields });

describe('the lines of metrics.jsonl', () => {
  it('become points, properties, tags and claims', () => {
    const read = readMetricLines([
      line({ kind: 'metric', name: 'Accuracy', value: 0.9 }),
      line({ kind: 'row', name: 'curve', columns: { x: 1 } }),
      line({ kind: 'property', name: 'p', value: 'v' }),
      line({ kind: 'tag', name: 't', value: 'u' }),
      line({ kind: 'claim', status: 'failed', error: { message: 'bad data', code: null } }),
    ]);
    expect(read.points).toEqual([
      { kind: 'metric', name: 'Accuracy', value: 0.9, time: 2 },
      { kind: 'row', name: 'curve', value: { x: 1 }, time: 2 },
    ]);
    expect(read.properties).toEqual({ p: 'v' });
    expect(read.tags).toEqual({ t: 'u' });
    expect(read.claims).toEqual([{ status: 'Failed', details: 'bad data', at: '1970-01-01T00:00:02.000Z' }]);
  });

  it('pass over what is no line of ours, and replace what the database cannot keep', () => {
    const read = readMetricLines([
      '',
      '{',
      '[1]',
      String.raw`{"kind":"metric","name":"a","value":"x\u0000y\\u0000","time":1}`,
    ]);
    expect(read.points).toEqual([{ kind: 'metric', name: 'a', value: 'x\uFFFDy\\u0000', time: 1 }]);
  });
});

describe('the summary of metrics', () => {
  it('shows one value as it is and several as a series, non-finite numbers as text', () => {
    const point = (name: string, value: unknown) => ({ kind: 'metric', name, value, time: 0 });
    const once = addToSummary({}, {}, [point('loss', 3), point('bad', { $float: 'nan' })]);
    expect(once).toEqual({ loss: 3, bad: 'NaN' });
    expect(addToSummary(once, { loss: 1 }, [point('loss', 2), point('loss', 1)])).toEqual({
      loss: [3, 2, 1],
      bad: 'NaN',
    });
  });

  it('keeps a list that was logged once apart from a series', () => {
    const point = { kind: 'list', name: 'list', value: [1, 2], time: 0 };
    const once = addToSummary({}, {}, [point]);
    expect(once).toEqual({ list: [1, 2] });
    expect(addToSummary(once, { list: 1 }, [point])).toEqual({
      list: [
        [1, 2],
        [1, 2],
      ],
    });
  });
});
