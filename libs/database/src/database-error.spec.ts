import { describe, expect, it } from 'vitest';
import { describeDatabase, isConnectionError, isUniqueViolation, openError } from './database-error';

const withCode = (code: string, message = 'reason'): Error => Object.assign(new Error(message), { code });
const url = 'postgres://user:secret@db.example:5433/aml?sslmode=require';

describe('errors of the database', () => {
  it.each(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', '57P01', '08006', '53300'])(
    '%s means that the server is away',
    (code) => expect(isConnectionError(withCode(code))).toBe(true),
  );

  it.each(['22P02', '23505', '42P01'])('%s means that the statement is wrong', (code) =>
    expect(isConnectionError(withCode(code))).toBe(false),
  );

  it('say where the server was looked for, why it was not found, and nothing secret', () => {
    const each = [
      withCode('ECONNREFUSED', 'connect ECONNREFUSED ::1'),
      withCode('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1'),
    ];
    const error = openError(Object.assign(new AggregateError(each), { code: 'ECONNREFUSED' }), url);
    expect(error).toMatchObject({
      code: 'database-unreachable',
      retryable: true,
      message:
        'the database at db.example:5433/aml cannot be reached: connect ECONNREFUSED ::1, connect ECONNREFUSED 127.0.0.1',
    });
  });

  it.each(['28P01', '3D000', '42501'])('blame the address where the server refuses us: %s', (code) =>
    expect(openError(withCode(code), url)).toMatchObject({ code: 'database-refused', blame: 'user' }),
  );

  it('leave the host of a socket folder readable', () =>
    expect(describeDatabase('postgres://me:x@/aml?host=%2Frun%2Fpg')).toBe('/run/pg/aml'));

  it('tell which unique constraint was hit, also through a wrapper', () => {
    const hit = { driverError: { code: '23505', constraint: 'submission_key' } };
    expect(isUniqueViolation(hit, 'submission_key')).toBe(true);
    expect(isUniqueViolation(hit, 'submission_pkey')).toBe(false);
  });
});
