import { describe, expect, it } from 'vitest';
import { parseRunId, runIdOf, runSlug } from './run-id';

describe('a run id', () => {
  it('is the project and the millisecond', () => {
    expect(runIdOf('IrisDemo', 1504832281116)).toBe('IrisDemo_1504832281116');
  });

  it('is refused with an example when it is something else', () => {
    expect(() => parseRunId('../../etc/passwd')).toThrow('"../../etc/passwd" is not a run id');
  });

  it('gives a slug that containers and pods accept, whatever the project is called', () => {
    for (const project of ['IrisDemo', 'Größen Übung', '数据', 'a.b_c', 'x'.repeat(100)]) {
      const slug = runSlug(runIdOf(project, 1504832281116));
      expect(slug).toMatch(/^[a-z0-9][a-z0-9-]{0,49}$/);
    }
  });

  it('keeps projects apart whose names differ only in letters the slug drops', () => {
    expect(runSlug(runIdOf('数据', 1504832281116))).not.toBe(runSlug(runIdOf('据数', 1504832281116)));
  });
});
