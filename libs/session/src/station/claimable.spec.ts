import type { Statement } from '@ledger/meter';
import { instantOf } from '@ledger/units';
import * as fc from 'fast-check';
import { said } from '../statement-builder';
import { attribute } from './attribute';
import { sessionFor } from './bind';
import { claimable } from './claimable';
import type { StationEvent } from './events';
import { evolveStation, unknownStation, type Station } from './station';

const at = (minute: number) => instantOf(Date.parse('2026-06-01T08:00:00Z') + minute * 60_000) ?? '';

/** What stations of two outlets say, mostly without a transaction, and what is noted of their sessions. */
const word = fc.record({
  kind: fc.constantFrom<Statement['kind'] | 'noted'>('started', 'status', 'status', 'ended', 'noted'),
  minute: fc.integer({ min: 0, max: 40 }),
  place: fc.constantFrom({}, { connector: '1' }, { connector: '2' }, { evse: '1', connector: '1' }, { evse: '2' }),
  transaction: fc.constantFrom('77', '78', '79', undefined, undefined),
  digest: fc.constantFrom('a', 'b'),
});

type Word = typeof word extends fc.Arbitrary<infer One> ? One : never;

function eventsOf(station: Station, { kind, minute, place, transaction, digest }: Word): readonly StationEvent[] {
  if (kind === 'noted') return notedOf(station, minute);
  const { transaction: _, connector: __, ...bare } = said({ kind, at: at(minute) });
  const identity = `${kind}/${minute}/${JSON.stringify(place)}/${transaction ?? ''}`;
  const named = transaction === undefined ? {} : { transaction };
  return attribute({ ...bare, ...place, ...named, identity, digest: digest.repeat(64) }, station).events;
}

function notedOf({ bindings }: Station, minute: number): readonly StationEvent[] {
  const session = bindings[minute % Math.max(bindings.length, 1)]?.session;
  const [startedAt, endedAt] = [instantOf(Date.parse(at(minute))), instantOf(Date.parse(at(minute + 9)))];
  if (session === undefined || startedAt === undefined || endedAt === undefined) return [];
  return [{ type: 'RegisterNoted', session, startedAt, endedAt }];
}

describe('claimable', () => {
  it('leaves out no waiting statement that would find a session, whatever happened', () => {
    let found = 0;
    fc.assert(
      fc.property(fc.array(word, { maxLength: 50 }), (words) => {
        let station = unknownStation('default', 'ST-1');
        for (const one of words) {
          station = eventsOf(station, one).reduce(evolveStation, station);
          const asked = new Set(claimable(station, station.changed));
          const all = [...station.waiting.all()].filter(({ statement }) => statement.kind !== 'started');
          const claims = all.filter(({ statement }) => sessionFor(station, statement) !== undefined);
          expect(claims.filter((waiting) => !asked.has(waiting))).toEqual([]);
          found += claims.length;
        }
      }),
      { numRuns: 1_500 },
    );
    expect(found).toBeGreaterThan(20);
  });
});
