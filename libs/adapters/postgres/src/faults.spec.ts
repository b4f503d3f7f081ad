import { ReadModelUnavailable } from '@ledger/ports';
import { DatabaseError } from 'pg';
import { isLockTimeout, isMissing, toFault } from './faults';

const refusal = (code: string): DatabaseError => Object.assign(new DatabaseError('no', 2, 'error'), { code });

describe('faults', () => {
  it.each(['08006', '28P01', '3D000', '40001', '40P01', '53300', '53100', '55P03', '57P01', '57P03', '57014', '25006'])(
    'take SQLSTATE %s as unavailable, with its cause',
    (code) => {
      const cause = refusal(code);
      const fault = toFault(cause);
      expect(fault).toBeInstanceOf(ReadModelUnavailable);
      expect(fault.message).toContain(code);
      expect(fault.cause).toBe(cause);
    },
  );

  it.each(['22P02', '23505', '42P01', '21000', 'XX001'])('take SQLSTATE %s as a defect', (code) => {
    const fault = toFault(refusal(code));
    expect(fault).not.toBeInstanceOf(ReadModelUnavailable);
    expect(fault.message).toContain(code);
  });

  it('take a broken connection as unavailable and name every address that was tried', () => {
    const cause = new AggregateError([
      new Error('connect ECONNREFUSED ::1'),
      new Error('connect ECONNREFUSED 127.0.0.1'),
    ]);
    const fault = toFault(cause);
    expect(fault).toBeInstanceOf(ReadModelUnavailable);
    expect(fault.message).toContain('::1; connect ECONNREFUSED 127.0.0.1');
    expect(fault.cause).toBe(cause);
  });

  it('know a lock that was not granted in time', () => {
    expect(isLockTimeout(toFault(refusal('55P03')))).toBe(true);
    expect(isLockTimeout(toFault(refusal('40P01')))).toBe(false);
  });

  it('know a table that is not there', () => {
    expect(isMissing(toFault(refusal('42P01')))).toBe(true);
    expect(isMissing(toFault(refusal('3F000')))).toBe(true);
    expect(isMissing(toFault(refusal('57014')))).toBe(false);
    expect(isMissing(toFault(new Error('connect')))).toBe(false);
  });
});
