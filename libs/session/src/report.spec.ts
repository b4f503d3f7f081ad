import type { Statement } from '@ledger/meter';
import type { Verdict } from './events';
import { activeHolds } from './holds';
import { receive, report, settle, type Arrival, type Decision } from './report';
import { evolve, unopened, type Session } from './session';
import { KEY, reading, said } from './statement-builder';

const START = said({ kind: 'started', at: '08:00', readings: [reading('08:00', '1000', 'Transaction.Begin')] });
const MIDDLE = said({ kind: 'updated', at: '09:00', readings: [reading('09:00', '4000')] });
const END = said({ kind: 'ended', at: '10:00', readings: [reading('10:00', '9000', 'Transaction.End')] });

function given(...statements: readonly Statement[]): Session {
  return statements.reduce((session, statement) => after(session, report(statement, session)), unopened(KEY));
}

function after(session: Session, decision: Decision): Session {
  return decision.events.reduce(evolve, session);
}

function told(decision: Decision): { verdict: Verdict; types: readonly string[] } {
  return { verdict: decision.verdict, types: decision.events.map(({ type }) => type) };
}

describe('report', () => {
  it('opens a session with its first statement', () => {
    const decision = report(START, unopened(KEY), { origin: '3/17' });
    expect(told(decision)).toEqual({ verdict: 'recorded', types: ['SessionOpened', 'StatementRecorded'] });
    expect(decision.events[0]).toEqual({ type: 'SessionOpened', ...KEY, connector: '1' });
    expect(decision.revision).toBe(1);
  });

  it('records a further statement', () => {
    const decision = report(MIDDLE, given(START));
    expect(decision).toMatchObject({ verdict: 'recorded', revision: 2 });
    expect(decision.events).toEqual([{ type: 'StatementRecorded', statement: MIDDLE }]);
  });

  it('answers duplicate to the same content again and adds nothing', () => {
    const retried = { ...START, messageId: 'another', receivedAt: END.at };
    expect(report(retried, given(START, MIDDLE), { origin: '3/99' })).toEqual({
      verdict: 'duplicate',
      events: [],
      revision: 1,
    });
  });

  it('closes the session with the statement that completes it', () => {
    const decision = report(END, given(START, MIDDLE));
    expect(told(decision)).toEqual({ verdict: 'recorded', types: ['StatementRecorded', 'SessionClosed'] });
    expect(decision.events[1]).toMatchObject({ isProvisional: false, assessment: { energyWh: '8000', gaps: [] } });
  });

  it('does not close while a sequence number is missing, and closes when it comes', () => {
    const numbered = [
      said({ kind: 'started', at: '08:00', seqNo: 0 }),
      said({ kind: 'updated', at: '09:00', seqNo: 1 }),
      said({ kind: 'ended', at: '10:00', seqNo: 2 }),
    ] as const;
    const withGap = given(numbered[0], numbered[2]);
    expect(withGap.status).toBe('open');
    expect(told(report(numbered[1], withGap)).types).toEqual(['StatementRecorded', 'SessionClosed']);
  });

  it('does not close a session whose start was never seen', () => {
    expect(given(MIDDLE, END).status).toBe('open');
  });

  it('records a statement after the close as late and amends in the same decision', () => {
    const decision = report(MIDDLE, given(START, END));
    expect(told(decision)).toEqual({ verdict: 'late', types: ['StatementRecorded', 'SessionAmended'] });
    expect(decision.events[1]).toMatchObject({ cause: 'late-statement', assessment: { statements: 3 } });
  });

  it('keeps a contradicting statement, names the content it contradicts, and holds the session', () => {
    const other = said({ kind: 'ended', at: '10:00', readings: [reading('10:00', '9999')] });
    const before = given(START, END);
    const decision = report(other, before);
    expect(told(decision)).toEqual({ verdict: 'conflicting', types: ['StatementConflicted', 'SessionAmended'] });
    expect(decision.events[0]).toMatchObject({ digestHeld: END.digest });
    expect(decision.events[1]).toMatchObject({ cause: 'conflicting-statement' });
    expect(activeHolds(after(before, decision).holds).map(({ rule }) => rule)).toEqual(['conflicting-evidence']);
  });

  it('holds a session from the contradiction on, also before it is closed', () => {
    const session = given(START, { ...START, digest: 'f'.repeat(64) });
    expect(session.status).toBe('open');
    expect(activeHolds(session.holds).map(({ rule, value }) => ({ rule, value }))).toEqual([
      { rule: 'conflicting-evidence', value: '1' },
    ]);
  });

  it('answers duplicate to a contradiction that it holds already', () => {
    const other = { ...END, digest: 'f'.repeat(64) };
    const decision = report(other, given(START, END, other), { origin: '0/4' });
    expect(told(decision)).toEqual({ verdict: 'duplicate', types: [] });
    expect(told(report(END, given(START, END, other)))).toEqual({ verdict: 'duplicate', types: [] });
  });

  it.each<[Verdict, Statement, readonly Statement[], Arrival]>([
    ['recorded', START, [], { origin: '1/1' }],
    ['inferred', MIDDLE, [START], { origin: '1/2', isInferred: true }],
    ['late', MIDDLE, [START, END], { origin: '1/3' }],
    ['late', MIDDLE, [START, END], { origin: '1/3', isInferred: true }],
    ['conflicting', { ...END, digest: 'f'.repeat(64) }, [START, END], { origin: '1/4' }],
  ])(
    'answers %s again, and adds nothing, when the very same feed record is redelivered',
    (verdict, statement, earlier, arrival) => {
      const before = given(...earlier);
      const first = report(statement, before, arrival);
      const again = report(statement, after(before, first), arrival);
      expect(first.verdict).toBe(verdict);
      expect(again).toEqual({ verdict, events: [], revision: first.revision });
    },
  );

  it('amends on the next message when an earlier batch was cut off before its amendment', () => {
    const closed = given(START, END);
    const cutOff = after(closed, receive(MIDDLE, closed, { origin: '1/3' }));
    const again = report(MIDDLE, cutOff, { origin: '1/3' });
    expect(told(again)).toEqual({ verdict: 'late', types: ['SessionAmended'] });
  });

  it('lets a batch of statements be received one by one and settled once', () => {
    const received = [START, MIDDLE, END].reduce(
      (session, statement) => after(session, receive(statement, session)),
      unopened(KEY),
    );
    const events = settle(received);
    expect(events.map(({ type }) => type)).toEqual(['SessionClosed']);
    expect(settle(events.reduce(evolve, received))).toEqual([]);
  });
});
