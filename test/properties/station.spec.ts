import type { Statement } from '@ledger/meter';
import { attribute, evolveStation, readStationEvent, unknownStation, writeStationEvent } from '@ledger/session';
import { canon } from '@ledger/units';
import * as fc from 'fast-check';
import { reading, said } from '../support/session-story';
import { assessmentsOf, stationStory } from '../support/station-story';

const at = (minute: number): string => new Date(Date.parse('2026-06-01T08:00:00Z') + minute * 60_000).toISOString();

/** Anything a station of two connectors might say, with and without transaction ids, and answers to its starts. */
const statement: fc.Arbitrary<Statement> = fc
  .record({
    kind: fc.constantFrom('started', 'updated', 'reading', 'status', 'ended', 'answer'),
    minute: fc.integer({ min: 0, max: 40 }),
    connector: fc.constantFrom('0', '1', '2', undefined),
    transaction: fc.constantFrom('77', '78', '79', undefined),
    call: fc.constantFrom('m-1', 'm-2', 'm-3'),
  })
  .map(({ kind, minute, connector, transaction, call }) => {
    const { transaction: _, connector: __, ...bare } = said({ kind: 'status', at: at(minute) });
    const place = connector === undefined ? {} : { connector };
    const named = transaction === undefined ? {} : { transaction };
    const identity = `${kind}/${minute}/${connector ?? ''}/${transaction ?? ''}/${kind === 'answer' ? call : ''}`;
    const common = { ...bare, ...place, ...named, identity, digest: identity.padEnd(64, '.') };
    if (kind !== 'answer') {
      const isNameless = kind === 'started' && transaction === undefined;
      return { ...common, kind, ...(isNameless ? { call } : {}), readings: [reading(at(minute), `${1_000 + minute}`)] };
    }
    const answered = transaction ?? '77';
    return { ...common, transaction: answered, answer: { call, transaction: answered } };
  });

const statements = fc.array(statement, { minLength: 1, maxLength: 20 });

/** A station that never uses an id again: each transaction begins once, by its start or by an answer; each call is answered once. */
const faithful = statements.map((said) => {
  const used = new Set<string>();
  return said.filter(({ kind, answer, transaction }) => {
    const isBegin = answer !== undefined || (kind === 'started' && transaction !== undefined);
    if (!isBegin) return true;
    const keys = [`transaction ${transaction ?? ''}`, ...(answer === undefined ? [] : [`call ${answer.call}`])];
    const isNew = keys.every((key) => !used.has(key));
    for (const key of isNew ? keys : []) used.add(key);
    return isNew;
  });
});

describe('the memory of a station, whatever it says', () => {
  it('decides every statement once: the same again changes nothing', () => {
    fc.assert(
      fc.property(statements, (said) => {
        let station = unknownStation('default', 'ST-1');
        for (const [index, one] of said.entries()) {
          const first = attribute(one, station, `0/${index}`);
          station = first.events.reduce(evolveStation, station);
          const again = attribute(one, station, `0/${index}`);
          expect(again.events).toEqual([]);
          expect(again.status).toBe(first.status);
          if (first.status === 'session' && again.status === 'session') expect(again.key).toEqual(first.key);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same sessions when everything is delivered a second time', () => {
    fc.assert(
      fc.property(faithful, (said) => {
        const origins = said.map((_, index) => `0/${index}`);
        const once = stationStory(said, origins);
        const twice = stationStory([...said, ...said], [...origins, ...origins]);
        expect(canon(assessmentsOf(twice))).toBe(canon(assessmentsOf(once)));
      }),
      { numRuns: 200 },
    );
  });

  it('loses no statement: each one lies in a session or in the station stream', () => {
    fc.assert(
      fc.property(statements, (said) => {
        const { station, sessions } = stationStory(said);
        const held = new Set(sessions.flatMap(({ kept }) => [...kept.statements()].map(({ identity }) => identity)));
        for (const { identity } of said) expect(held.has(identity) || station.kept.has(identity)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('is the same after its events were stored and read', () => {
    fc.assert(
      fc.property(statements, (said) => {
        let live = unknownStation('default', 'ST-1');
        let replayed = live;
        for (const one of said) {
          for (const event of attribute(one, live, '0/1').events) {
            const { type, data } = writeStationEvent(event);
            live = evolveStation(live, event);
            replayed = evolveStation(replayed, readStationEvent(type, data));
          }
        }
        expect(replayed).toEqual(live);
      }),
    );
  });
});
