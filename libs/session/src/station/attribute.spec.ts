import type { Statement } from '@ledger/meter';
import { sessionIdOf } from '../key';
import { moment, reading, said, type Said } from '../statement-builder';
import { attribute, unanswered, type Attribution } from './attribute';
import { belongingOf } from './belonging';
import { boundOf, previousOf } from './bindings';
import { evolveStation } from './evolve-station';
import { NAMELESS_MAX, unknownStation, type Station } from './station';

const EMPTY = unknownStation('default', 'ST-1');

function nameless(told: Said): Statement {
  const { transaction: _, ...statement } = said(told);
  return statement;
}

function given(...statements: readonly Statement[]): Station {
  return statements.reduce((station, statement) => after(station, attribute(statement, station)), EMPTY);
}

function after(station: Station, { events }: Pick<Attribution, 'events'>): Station {
  return events.reduce(evolveStation, station);
}

function start(at: string, transaction: string, about: Partial<Said> = {}): Statement {
  return said({ kind: 'started', at, transaction, register: '100', identity: `start/${transaction}/${at}`, ...about });
}

function end(at: string, transaction: string): Statement {
  return said({ kind: 'ended', at, transaction, identity: `stop/${transaction}` });
}

function sessionOf(attribution: Attribution): string | undefined {
  return attribution.status === 'session' ? attribution.key.session : undefined;
}

function inSession(belonging: ReturnType<typeof belongingOf>): string | undefined {
  return typeof belonging === 'object' ? belonging.session : undefined;
}

const PLAIN = sessionIdOf({ tenant: 'default', station: 'ST-1', transaction: '77' });

describe('attribute', () => {
  it('binds a transaction by its start, with connector, time and register', () => {
    const found = attribute(start('08:00', '77'), EMPTY);
    expect(found).toMatchObject({ status: 'session', key: { session: PLAIN, transaction: '77' }, isInferred: false });
    expect(found.events).toMatchObject([
      { type: 'TransactionBound', connector: '1', startedAt: moment('08:00'), registerWh: '100' },
    ]);
  });

  it('adds nothing the second time', () => {
    const statements = [start('08:00', '77'), end('09:00', '77')];
    const station = given(...statements);
    for (const statement of statements) expect(attribute(statement, station).events).toEqual([]);
  });

  it('takes a transaction id that was used before for a new session, told apart by its start', () => {
    const station = given(start('08:00', '77'), end('09:00', '77'), start('2026-06-02T08:00:00Z', '77'));
    expect(station.bindings.map(({ session }) => session)).toEqual([
      PLAIN,
      sessionIdOf({ tenant: 'default', station: 'ST-1', transaction: '77', startedAt: moment('2026-06-02T08:00:00Z') }),
    ]);
    const sample = (at: string) => said({ kind: 'updated', at, transaction: '77', readings: [reading(at, '1')] });
    expect(sessionOf(attribute(sample('08:30'), station))).toBe(PLAIN);
    expect(sessionOf(attribute(sample('2026-06-02T08:30:00Z'), station))).toBe(station.bindings[1]?.session);
  });

  it('does not take a late start of the same session for a reuse', () => {
    const station = given(end('09:00', '77'));
    expect(sessionOf(attribute(start('08:00', '77'), station))).toBe(PLAIN);
  });

  it('gives a state of the connector to the session that runs there, and remembers it', () => {
    const charging = nameless({ kind: 'status', at: '08:10', chargingState: 'charging' });
    const station = given(start('08:00', '77'), start('08:05', '88', { connector: '2' }));
    const found = attribute(charging, station);
    expect(found).toMatchObject({ isInferred: true, key: { transaction: '77' } });
    const later = after(after(station, found), attribute(start('08:09', '99'), station));
    expect(sessionOf(attribute(charging, later))).toBe(PLAIN);
    expect(attribute(charging, later).events).toEqual([]);
  });

  it('hands over a state that overtook its start', () => {
    const charging = nameless({ kind: 'status', at: '08:00:02', chargingState: 'charging' });
    const found = attribute(start('08:00', '77'), given(charging));
    expect(found).toMatchObject({ released: [{ session: PLAIN, isInferred: true, statement: charging }] });
  });

  it('keeps what was said of a connector when nothing ran there, once', () => {
    const available = nameless({ kind: 'status', at: '12:00', chargingState: 'idle' });
    const station = given(start('08:00', '77'), end('09:00', '77'));
    const found = attribute(available, station, '0/5');
    expect(found).toMatchObject({ status: 'kept', verdict: 'recorded', events: [{ type: 'StatementKept' }] });
    const knowing = after(station, found);
    expect(attribute(available, knowing, '0/5')).toMatchObject({ status: 'kept', verdict: 'recorded', events: [] });
    expect(attribute(available, knowing, '0/6')).toMatchObject({ status: 'kept', verdict: 'duplicate', events: [] });
    const other = { ...available, digest: 'f'.repeat(64) };
    expect(attribute(other, knowing)).toMatchObject({ status: 'kept', verdict: 'conflicting' });
  });

  it('remembers an answer until its start comes', () => {
    const answer = said({ kind: 'status', at: '08:01', transaction: '77', answer: { call: 'm-1', transaction: '77' } });
    const waiting = given(answer);
    expect(waiting.bindings).toMatchObject([{ session: PLAIN, starts: [], startedAt: undefined }]);
    const found = attribute(nameless({ kind: 'started', at: '08:00', call: 'm-1' }), waiting);
    expect(found).toMatchObject({ status: 'session', key: { session: PLAIN }, isInferred: false, released: [] });
    expect(after(waiting, found).bindings).toMatchObject([{ session: PLAIN, calls: ['m-1'] }]);
  });

  it('makes a session of its own of a start that is never answered, until the answer comes after all', () => {
    const waiting = nameless({ kind: 'started', at: '08:00', call: 'm-1', register: '5' });
    const station = given(waiting);
    expect(unanswered(station, moment('07:59')).events).toEqual([]);
    const woken = unanswered(station, moment('09:00'));
    expect(woken.released).toMatchObject([{ statement: waiting, isInferred: true }]);
    expect(woken.released[0]?.transaction).toMatch(/^unanswered-[0-9a-f]{16}$/);
    const bound = woken.events.reduce(evolveStation, station);
    expect(unanswered(bound, moment('09:00')).events).toEqual([]);
    const answer = said({ kind: 'status', at: '10:00', transaction: '77', answer: { call: 'm-1', transaction: '77' } });
    const late = attribute(answer, bound);
    expect(late).toMatchObject({ key: { session: PLAIN }, reviewed: [woken.released[0]?.session] });
    const answered = after(bound, late);
    expect(belongingOf(answered, waiting)).toMatchObject({ session: PLAIN, transaction: '77' });
    expect(sessionOf(attribute(end('11:00', '77'), answered))).toBe(PLAIN);
    expect(answered.bindings.map(({ session }) => session)).toEqual([PLAIN]);
  });

  it('moves both contents of one identity by the earlier of their times', () => {
    const told = (at: string): Statement => nameless({ kind: 'status', at, identity: 'message/default/gw/1' });
    const station = given(start('08:00', '77'), end('09:00', '77'), told('10:00'));
    const found = attribute(told('08:30'), station);
    expect(found).toMatchObject({ status: 'session', released: [{ statement: told('10:00'), session: PLAIN }] });
    expect(belongingOf(after(station, found), told('10:00'))).toMatchObject({ session: PLAIN });
    const next = given(start('08:00', '77'), start('10:00', '78'), told('10:30'));
    const moved = attribute(told('08:30'), next);
    expect(moved).toMatchObject({
      key: { session: PLAIN },
      reviewed: [belongingOf(next, told('10:30'))].map(inSession),
    });
  });

  it('moves an answer that lay with the first session of its id when its start turns out to be of another', () => {
    const answer = said({ kind: 'status', at: '12:00', transaction: '77', answer: { call: 'm-3', transaction: '77' } });
    const station = given(start('08:00', '77'), end('09:00', '77'), start('10:00', '77'), answer);
    expect(belongingOf(station, answer)).toMatchObject({ session: PLAIN });
    const found = attribute(nameless({ kind: 'started', at: '12:00', call: 'm-3' }), station);
    expect(found.reviewed).toContain(PLAIN);
    expect(belongingOf(after(station, found), answer)).toMatchObject({ session: sessionOf(found) });
    expect(sessionOf(found)).not.toBe(PLAIN);
  });

  it('bounds a session without end by the next start, whichever is heard of first', () => {
    const first = start('08:00', '77');
    const next = start('12:00', '78');
    const bound = { at: moment('12:00'), registerWh: '100' };
    expect(attribute(next, given(first)).bounded).toContainEqual({ session: PLAIN, bound });
    expect(attribute(first, given(next)).bounded).toContainEqual({ session: PLAIN, bound });
    expect(attribute(next, given(first, end('09:00', '77'))).bounded.map(({ session }) => session)).not.toContain(
      PLAIN,
    );
    expect(boundOf(given(first, next), PLAIN)).toEqual(bound);
    expect(previousOf(given(first, next), PLAIN)).toBeUndefined();
  });

  it('keeps its memory bounded', () => {
    const many = Array.from({ length: NAMELESS_MAX + 10 }, (_, index) =>
      nameless({ kind: 'status', at: '12:00', identity: `status/${index}` }),
    );
    const station = given(...many);
    expect(station.waiting).toHaveLength(NAMELESS_MAX);
    expect(station.events).toBe(NAMELESS_MAX + 10);
  });
});
