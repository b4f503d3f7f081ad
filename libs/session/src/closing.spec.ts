import type { Statement } from '@ledger/meter';
import { close, closeByNext, dueAt, hold, isBillable, release } from './closing';
import type { SessionEvent } from './events';
import { activeHolds } from './holds';
import { report } from './report';
import { evolve, unopened, type Session } from './session';
import { KEY, decimal, moment, reading, said } from './statement-builder';

const START = said({
  kind: 'started',
  at: '08:00',
  seqNo: 0,
  readings: [reading('08:00', '1000', 'Transaction.Begin')],
});
const MIDDLE = said({ kind: 'updated', at: '09:00', seqNo: 1, readings: [reading('09:00', '4000')] });
const END = said({ kind: 'ended', at: '10:00', seqNo: 2, readings: [reading('10:00', '9000', 'Transaction.End')] });
const HELD = [{ rule: 'power-impossible', because: 'Too much.', value: '9', bound: '1' }];

function given(...statements: readonly Statement[]): Session {
  return statements.reduce((session, statement) => after(session, report(statement, session).events), unopened(KEY));
}

function after(session: Session, events: readonly SessionEvent[]): Session {
  return events.reduce(evolve, session);
}

describe('close', () => {
  it('waits for the grace period when the end was seen but statements are missing', () => {
    const session = given(START, END);
    expect(dueAt(session)).toBe(moment('10:15'));
    expect(close(session, { now: moment('10:14:59.999') })).toEqual([]);
    const events = close(session, { now: moment('10:15') });
    expect(events).toMatchObject([{ type: 'SessionClosed', isProvisional: false, assessment: { gaps: ['1'] } }]);
    expect(after(session, events).status).toBe('closed');
  });

  it('closes provisionally after a long silence without an end', () => {
    const session = given(START, MIDDLE);
    expect(dueAt(session)).toBe(moment('2026-06-02T09:00:00Z'));
    const closed = after(session, close(session, { now: moment('2026-06-02T09:00:00Z') }));
    expect(closed).toMatchObject({ status: 'provisional', assessment: { hasEnd: false, energyWh: '3000' } });
  });

  it('counts the time of receipt, not of the device', () => {
    const session = given(START, { ...MIDDLE, receivedAt: moment('20:00') });
    expect(dueAt(session)).toBe(moment('2026-06-02T20:00:00Z'));
  });

  it('obeys other periods', () => {
    const policy = { graceMs: 1_000, silenceMs: 2_000 };
    expect(dueAt(given(START), policy)).toBe(moment('08:00:02'));
    expect(close(given(START, END), { now: moment('10:00:01'), policy })).toHaveLength(1);
  });

  it('adds nothing to a closed or unopened session', () => {
    const now = moment('2027-01-01T00:00:00Z');
    expect(close(given(START, MIDDLE, END), { now })).toEqual([]);
    expect(close(unopened(KEY), { now })).toEqual([]);
    const session = given(START, END);
    expect(close(after(session, close(session, { now })), { now })).toEqual([]);
    expect(dueAt(given(START, MIDDLE, END))).toBeUndefined();
  });

  it('makes a provisional session final when the end comes after all', () => {
    const silent = given(START, MIDDLE);
    const closed = after(silent, close(silent, { now: moment('2026-06-03T00:00:00Z') }));
    const decision = report({ ...END, receivedAt: moment('2026-06-04T00:00:00Z') }, closed);
    expect(decision.verdict).toBe('late');
    expect(after(closed, decision.events)).toMatchObject({ status: 'closed', assessment: { energyWh: '8000' } });
  });
});

describe('closeByNext', () => {
  const BOUND = { at: moment('12:00'), registerWh: decimal('7000') };

  it('closes a session without end when the next one begins, and keeps the bound', () => {
    const session = given(START, MIDDLE);
    const events = closeByNext(session, BOUND);
    expect(events).toMatchObject([{ type: 'SessionClosed', isProvisional: true, bound: BOUND }]);
    expect(after(session, events).bound).toEqual(BOUND);
  });

  it('keeps the bound when a straggler amends the session', () => {
    const bounded = after(given(START), closeByNext(given(START), BOUND));
    const amended = after(bounded, report(MIDDLE, bounded).events);
    expect(amended.assessment?.findings.map(({ code }) => code)).toEqual(['no-end', 'end-bounded']);
  });

  it('amends a session that was closed for its silence', () => {
    const silent = given(START);
    const closed = after(silent, close(silent, { now: moment('2026-06-03T00:00:00Z') }));
    const events = closeByNext(closed, BOUND);
    expect(events).toMatchObject([{ type: 'SessionAmended', cause: 'next-session', assessment: { energyWh: '6000' } }]);
    expect(closeByNext(after(closed, events), BOUND)).toEqual([]);
  });

  it('lets the next start that is known last bound the session', () => {
    const later = { at: moment('15:00'), registerWh: decimal('9999') };
    const one = after(given(START), closeByNext(given(START), later));
    const both = after(one, closeByNext(one, BOUND));
    expect(both.assessment).toEqual(after(given(START), closeByNext(given(START), BOUND)).assessment);
    expect(closeByNext(both, BOUND)).toEqual([]);
    expect(after(both, closeByNext(both, later)).assessment).toEqual(one.assessment);
  });

  it('leaves a session alone whose end was seen, or that began later', () => {
    expect(closeByNext(given(START, END), BOUND)).toEqual([]);
    expect(closeByNext(given(START, MIDDLE, END), BOUND)).toEqual([]);
    expect(closeByNext(given(START), { at: moment('07:00') })).toEqual([]);
    expect(closeByNext(unopened(KEY), BOUND)).toEqual([]);
  });
});

describe('hold and release', () => {
  it('holds, and releases by a person with a reason', () => {
    const session = given(START, MIDDLE, END);
    expect(isBillable(session)).toBe(true);
    const held = after(session, hold(session, HELD));
    expect(activeHolds(held.holds)).toEqual(HELD);
    expect(isBillable(held)).toBe(false);
    const events = release(held, { by: 'operator-1', reason: 'Checked on site.' });
    expect(events).toEqual([{ type: 'SessionReleased', by: 'operator-1', reason: 'Checked on site.' }]);
    expect(isBillable(after(held, events))).toBe(true);
  });

  it('adds nothing when the same holds are set again or nothing is left to release', () => {
    const session = given(START, MIDDLE, END);
    const held = after(session, hold(session, HELD));
    expect(hold(held, [...HELD])).toEqual([]);
    expect(hold(session, [])).toEqual([]);
    const answer = { by: 'operator-1', reason: 'Checked.' };
    const released = after(held, release(held, answer));
    expect(release(released, answer)).toEqual([]);
    expect(release(session, answer)).toEqual([]);
    expect(hold(released, HELD)).toEqual([]);
  });

  it('holds again when a released rule fires with another value', () => {
    const session = given(START, MIDDLE, END);
    const held = after(session, hold(session, HELD));
    const released = after(held, release(held, { by: 'operator-1', reason: 'Checked.' }));
    const worse = HELD.map((one) => ({ ...one, value: '12' }));
    expect(activeHolds(after(released, hold(released, worse)).holds)).toEqual(worse);
  });

  it('releases the named rules only', () => {
    const session = given(START, MIDDLE, { ...END, digest: 'e'.repeat(64) }, END);
    const held = after(session, hold(session, HELD));
    const released = after(held, release(held, { by: 'o', reason: 'r', rules: ['power-impossible'] }));
    expect(activeHolds(released.holds).map(({ rule }) => rule)).toEqual(['conflicting-evidence']);
    expect(release(held, { by: 'o', reason: 'r', rules: ['overlap'] })).toEqual([]);
  });

  it('takes back holds that no longer apply', () => {
    const session = given(START, MIDDLE, END);
    const held = after(session, hold(session, HELD));
    expect(isBillable(after(held, hold(held, [])))).toBe(true);
  });
});
