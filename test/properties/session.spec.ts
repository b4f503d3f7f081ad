import type { Statement } from '@ledger/meter';
import {
  activeHolds,
  assessmentOf,
  close,
  closeByNext,
  evolve,
  hold,
  readSessionEvent,
  release,
  report,
  settle,
  unopened,
  writeSessionEvent,
  type Session,
  type SessionEvent,
} from '@ledger/session';
import { canon, Exact } from '@ledger/units';
import * as fc from 'fast-check';
import { decimal, KEY, moment, reading, said, value } from '../../libs/session/src/statement-builder';

const LATER = moment('2027-01-01T00:00:00Z');
const BASE_MS = Date.parse('2026-06-01T08:00:00Z');
const at = (seconds: number): string => new Date(BASE_MS + seconds * 1_000).toISOString();

/** Any statement a station might make about the one session: registers that rise and fall, states, clocks, conflicts. */
const statement: fc.Arbitrary<Statement> = fc
  .record({
    kind: fc.constantFrom('started', 'updated', 'updated', 'reading', 'status', 'ended'),
    seconds: fc.integer({ min: -60, max: 7_200 }),
    isUnset: fc.integer({ min: 0, max: 30 }).map((draw) => draw === 0),
    receivedAfter: fc.integer({ min: -600, max: 90_000 }),
    seqNo: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }),
    wattHours: fc.integer({ min: -1, max: 9_000 }),
    tenths: fc.integer({ min: 0, max: 9 }),
    phase: fc.constantFrom(undefined, undefined, undefined, 'L1', 'L2', 'L3'),
    context: fc.constantFrom('Sample.Periodic', 'Transaction.Begin', 'Transaction.End', 'Interruption.End'),
    measurand: fc.constantFrom(
      'Energy.Active.Import.Register',
      'Energy.Active.Import.Register',
      'Energy.Active.Import.Interval',
      'Energy.Active.Export.Register',
    ),
    chargingState: fc.constantFrom(undefined, undefined, 'charging', 'suspended-ev', 'suspended-evse', 'idle'),
    hasRegister: fc.boolean(),
  })
  .map((drawn) => {
    const told = drawn.isUnset ? new Date(drawn.seconds * 1_000 + 3_600_000).toISOString() : at(drawn.seconds);
    const { measurand, context, phase, wattHours, tenths, seqNo, chargingState } = drawn;
    const text = wattHours <= 0 ? `${wattHours}` : `${wattHours}.${tenths}`;
    const metered = value(text, { measurand, ...(phase === undefined ? {} : { phase }) });
    return said({
      kind: drawn.kind,
      at: told,
      receivedAt: at(drawn.seconds + drawn.receivedAfter),
      ...(seqNo === undefined ? {} : { seqNo }),
      ...(chargingState === undefined ? {} : { chargingState }),
      ...(drawn.hasRegister && drawn.kind !== 'updated' ? { register: `${wattHours}` } : {}),
      readings: drawn.kind === 'status' ? [] : [reading(told, [metered], context)],
    });
  });

/** The statements of a session, and a way to deliver them: every one at least once, in any order, some repeated. */
const delivery = fc
  .uniqueArray(statement, { minLength: 1, maxLength: 14, selector: ({ digest }) => digest })
  .chain((all) =>
    fc.record({
      all: fc.constant(all),
      repeated: fc.array(fc.constantFrom(...all), { maxLength: 8 }).chain((again) => shuffled([...all, ...again])),
    }),
  );

function shuffled(statements: readonly Statement[]): fc.Arbitrary<readonly Statement[]> {
  return fc.shuffledSubarray([...statements], { minLength: statements.length, maxLength: statements.length });
}

function folded(session: Session, events: readonly SessionEvent[]): Session {
  return events.reduce(evolve, session);
}

function delivered(statements: readonly Statement[]): Session {
  return statements.reduce(
    (session, one, index) => folded(session, report(one, session, { origin: `0/${index}` }).events),
    unopened(KEY),
  );
}

function settled(session: Session): Session {
  return folded(session, close(session, { now: LATER }));
}

describe('a session, whatever its station says', () => {
  it('is assessed the same, to the byte, for every order and repetition of its statements', () => {
    fc.assert(
      fc.property(delivery, ({ all, repeated }) => {
        const inOrder = settled(delivered(all));
        const shuffledAndRepeated = settled(delivered(repeated));
        expect(canon(shuffledAndRepeated.assessment)).toBe(canon(inOrder.assessment));
        expect(activeHolds(shuffledAndRepeated.holds)).toEqual(activeHolds(inOrder.holds));
        expect(shuffledAndRepeated.status).toBe(inOrder.status);
      }),
      { numRuns: 300 },
    );
  });

  it('has an assessment that agrees with a fresh look at all its statements', () => {
    fc.assert(
      fc.property(delivery, ({ repeated }) => {
        const session = settled(delivered(repeated));
        expect(canon(assessmentOf(session))).toBe(canon(session.assessment));
      }),
    );
  });

  it('has periods without holes that add up to its energy and its time, and nothing below zero', () => {
    fc.assert(
      fc.property(delivery, ({ all }) => {
        const assessment = assessmentOf(delivered(all));
        const { periods, startedAt, endedAt } = assessment;
        const sum = periods.reduce((total, { energyWh }) => total.plus(energyWh), new Exact(0));
        expect(sum.toFixed()).toBe(new Exact(assessment.energyWh ?? 0).toFixed());
        expect(periods.some(({ energyWh }) => energyWh.startsWith('-'))).toBe(false);
        expect(periods.every((period, index) => index === 0 || periods[index - 1]?.endedAt === period.startedAt)).toBe(
          true,
        );
        const seconds = new Exact(assessment.chargingSeconds)
          .plus(assessment.idleSeconds)
          .plus(assessment.suspendedSeconds);
        expect(seconds.times(1_000).toFixed()).toBe(`${Date.parse(endedAt) - Date.parse(startedAt)}`);
        if (periods.length > 0) expect([periods[0]?.startedAt, periods.at(-1)?.endedAt]).toEqual([startedAt, endedAt]);
      }),
      { numRuns: 300 },
    );
  });

  it('answers every decision a second time with no event', () => {
    const bound = { at: moment('20:00'), registerWh: decimal('9500') };
    const holds = [{ rule: 'overlap', because: 'Because.', value: 'a', bound: 'b' }];
    const answer = { by: 'operator-1', reason: 'Checked.' };
    const decisions: readonly ((session: Session) => readonly SessionEvent[])[] = [
      (session) => settle(session),
      (session) => close(session, { now: LATER }),
      (session) => closeByNext(session, bound),
      (session) => hold(session, holds),
      (session) => hold(session, []),
      (session) => release(session, answer),
    ];
    fc.assert(
      fc.property(delivery, fc.array(fc.constantFrom(...decisions), { maxLength: 6 }), ({ all }, taken) => {
        let session = delivered(all);
        for (const decide of taken) {
          session = folded(session, decide(session));
          expect(decide(session)).toEqual([]);
        }
        for (const [index, one] of all.entries()) {
          expect(report(one, session, { origin: `0/${index}` }).events).toEqual([]);
          expect(report(one, session, { origin: 'another' })).toMatchObject({ verdict: 'duplicate', events: [] });
        }
      }),
    );
  });

  it('answers a redelivered record with its first verdict', () => {
    fc.assert(
      fc.property(delivery, ({ repeated }) => {
        let session = unopened(KEY);
        const verdicts = repeated.map((one, index) => {
          const decision = report(one, session, { origin: `0/${index}` });
          session = folded(session, decision.events);
          return decision.verdict;
        });
        const again = repeated.map((one, index) => report(one, session, { origin: `0/${index}` }).verdict);
        expect(again).toEqual(verdicts);
      }),
    );
  });

  it('is the same after its events were stored and read', () => {
    fc.assert(
      fc.property(delivery, ({ repeated }) => {
        let live = unopened(KEY);
        let replayed = unopened(KEY);
        for (const one of repeated) {
          for (const event of report(one, live).events) {
            const { type, data } = writeSessionEvent(event);
            live = evolve(live, event);
            replayed = evolve(replayed, readSessionEvent(type, data));
          }
        }
        expect(canon(replayed.assessment ?? null)).toBe(canon(live.assessment ?? null));
        expect(replayed.progress).toEqual(live.progress);
        expect([...replayed.kept.statements()]).toEqual([...live.kept.statements()]);
      }),
    );
  });
});
