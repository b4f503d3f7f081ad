import { canon, instantOf } from '@ledger/units';
import { heapInUse } from '../../../test/support/garbage';
import { evolve, readSessionEvent, unopened, type Session } from '.';

const SESSIONS = 300;
const STATEMENTS = 40;

/** A recorded statement as it lies in a stream, with so many values. */
function stored(session: number, n: number, values: number): string {
  const at = instantOf(1_780_000_000_000 + n * 60_000);
  const sealed = { alg: 'A256GCM+HKDF-S256', kid: 'k1', iv: 'i'.repeat(16), ct: 'c'.repeat(60), kc: 'c'.repeat(43) };
  const statement = {
    at,
    chargingState: 'charging',
    connector: '1',
    digest: `${session}/${n}`.padStart(64, '0'),
    evse: '1',
    gateway: 'gateway-one',
    identity: `seq/default/ST-${session}/tx-1-${session}/${n}`,
    kind: 'updated',
    messageId: `gateway-one/tx-1-${session}/${n}`,
    readings: [
      {
        at,
        context: 'Sample.Periodic',
        values: Array.from({ length: values }, (_, value) => ({
          measurand: 'Energy.Active.Import.Register',
          phase: 'L1-N',
          unit: 'Wh',
          value: `${1 + session}${value}.${n}5`,
        })),
      },
    ],
    receivedAt: at,
    seqNo: n,
    station: `ST-${session}`,
    tenant: 'default',
    ...(n === 0 ? { token: { subject: `subject-${session}`, type: 'RFID', sealed } } : {}),
    transaction: `tx-1-${session}`,
    trigger: 'MeterValuePeriodic',
    v: 1,
  };
  return canon({ origin: `2/${session}${n}`, statement });
}

/** Sessions whose statements have so many values. */
function sessionsOf(values: number): readonly Session[] {
  const key = { session: '', tenant: '', station: '', transaction: '' };
  return Array.from({ length: SESSIONS }, (_, session) => {
    let state = unopened(key);
    for (let n = 0; n < STATEMENTS; n += 1) {
      state = evolve(state, readSessionEvent('StatementRecorded', stored(session, n, values)));
    }
    return state;
  });
}

describe('the memory that statements take', () => {
  it.each([2, 30])('is estimated within a third, with %i values a reading', async (values) => {
    // The code that makes them takes memory of its own, once.
    sessionsOf(values);
    const before = await heapInUse();
    const sessions = sessionsOf(values);
    const measured = (await heapInUse()) - before;
    const estimated = sessions.reduce((sum, { kept }) => sum + kept.bytes, 0);
    expect(estimated / measured).toBeGreaterThan(2 / 3);
    expect(estimated / measured).toBeLessThan(3 / 2);
  });
});
