import { checkedStatement, readStatement, StatementUnreadable } from '.';

const STATEMENT = {
  at: '2026-06-01T08:00:00.000Z',
  digest: 'a'.repeat(64),
  gateway: 'gateway',
  identity: 'one',
  kind: 'updated',
  messageId: 'message',
  readings: [
    {
      at: '2026-06-01T08:00:00.000Z',
      context: 'Sample.Periodic',
      values: [{ measurand: 'Energy.Active.Import.Register', unit: 'Wh', value: '100.5' }],
    },
  ],
  receivedAt: '2026-06-01T08:00:01.000Z',
  station: 'station',
  tenant: 'default',
  v: 1,
};

function fault(changed: unknown): string {
  try {
    checkedStatement(changed);
  } catch (error) {
    if (error instanceof StatementUnreadable) return error.message;
    throw error;
  }
  return 'none';
}

function withReading(reading: object): object {
  return { ...STATEMENT, readings: [...STATEMENT.readings, { ...STATEMENT.readings[0], ...reading }] };
}

describe('readStatement', () => {
  it('gives what the text says', () => {
    expect(readStatement(JSON.stringify(STATEMENT))).toEqual(STATEMENT);
  });

  it.each([
    ['[]', 'the statement: an object is expected'],
    ['{', 'the statement: the text is not JSON'],
    ['{"v":2}', '/v: this version of statements is not known'],
  ])('refuses %s', (text, reason) => {
    expect(() => readStatement(text)).toThrow(reason);
  });

  it.each([
    [{ ...STATEMENT, digest: 'a' }, '/digest: a digest of 64 digits is expected'],
    [{ ...STATEMENT, at: '2026-06-01T08:00:00Z' }, '/at: a UTC instant with milliseconds is expected'],
    [{ ...STATEMENT, seqNo: 1.5 }, '/seqNo: a whole number is expected'],
    [{ ...STATEMENT, offline: 'yes' }, '/offline: true or false is expected'],
    [{ ...STATEMENT, chargingState: 'gone' }, /^\/chargingState: one of .*suspended-ev, .* is expected$/],
    [{ ...STATEMENT, register: '1e3' }, '/register: decimal text is expected'],
    [{ ...STATEMENT, aliases: ['a', 1] }, '/aliases/1: text is expected'],
    [{ ...STATEMENT, cost: { total: 1 } }, '/cost/total: text is expected'],
    [{ ...STATEMENT, cost: [] }, '/cost: an object is expected'],
    [{ ...STATEMENT, readings: {} }, '/readings: an array is expected'],
    [{ ...STATEMENT, other: 1 }, '/other: statements have no such field'],
    [{ ...STATEMENT, tenant: undefined }, '/tenant: text is expected'],
    [withReading({ context: 'Later' }), /^\/readings\/1\/context: one of /],
    [
      withReading({ values: [{ measurand: 'SoC', unit: 'Percent', value: 'full' }] }),
      /^\/readings\/1\/values\/0\/value:/,
    ],
    [withReading({ signed: { format: 'OCMF' } }), '/readings/1/signed/encoding: text is expected'],
    [withReading({ values: [1] }), '/readings/1/values/0: an object is expected'],
  ])('names the place in %j', (changed, reason) => {
    expect(fault(changed)).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
  });

  it('misses a field that is not there', () => {
    const { station, ...rest } = STATEMENT;
    expect(fault(rest)).toBe('/station: the field is missing');
    expect(station).toBe('station');
  });
});
