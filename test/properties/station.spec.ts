import type { Statement } from '@ledger/meter';
import {
  attribute,
  evolveStation,
  misplacedIn,
  readStationEvent,
  unknownStation,
  writeStationEvent,
  type Station,
} from '@ledger/session';
import { canon } from '@ledger/units';
import * as fc from 'fast-check';
import { runningFor } from '../../libs/session/src/station/belonging';
import { shuffled } from '../support/fleet';
import { reading, said } from '../support/session-story';
import { assessmentsOf, stationStory, stationStoryAtRest } from '../support/station-story';

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
  .map(told);

interface Word {
  readonly kind: string;
  readonly connector: string | undefined;
  readonly transaction: string | undefined;
  readonly call: string;
  readonly minute: number;
}

/** What is told at a minute: a statement of a kind, or an answer to a start. */
function told(word: Word): Statement {
  const { kind, minute, connector, transaction, call } = word;
  const { transaction: _, connector: __, ...bare } = said({ kind: 'status', at: at(minute) });
  const place = connector === undefined ? {} : { connector };
  const parts = [kind, minute, connector, transaction, kind === 'answer' ? call : ''];
  const identity = parts.map((part) => part ?? '').join('/');
  const common = { ...bare, ...place, identity, digest: identity.padEnd(64, '.') };
  return kind === 'answer' ? answered(common, word) : stated(common, word);
}

function answered(common: Statement, { call, transaction = '77' }: Word): Statement {
  return { ...common, transaction, answer: { call, transaction } };
}

function stated(common: Statement, { kind, minute, transaction, call }: Word): Statement {
  const named = transaction === undefined ? {} : { transaction };
  const isNameless = kind === 'started' && transaction === undefined;
  const readings = [reading(at(minute), `${1_000 + minute}`)];
  return { ...common, ...named, kind: kind as Statement['kind'], ...(isNameless ? { call } : {}), readings };
}

const statements = fc.array(statement, { minLength: 1, maxLength: 20 });

/** Stories of each property; as many as `PROPERTY_RUNS` says, where it says so. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? '300');

function waitingIn({ waiting }: Station): readonly string[] {
  return waiting.map(({ identity }) => identity).sort();
}

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
      { numRuns: RUNS },
    );
  });

  it('gives the same sessions when everything is delivered a second time, also where ids are used again', () => {
    fc.assert(
      fc.property(statements, (said) => {
        const origins = said.map((_, index) => `0/${index}`);
        const once = stationStory(said, origins);
        const twice = stationStory([...said, ...said], [...origins, ...origins]);
        expect(canon(assessmentsOf(twice))).toBe(canon(assessmentsOf(once)));
      }),
      { numRuns: RUNS },
    );
  });

  it('gives the same sessions again where an id stands for the start of one session and for another start', () => {
    // Found by a random seed: an answer names the id of a session that began at the same moment.
    const word = { connector: '0', call: 'm-2', minute: 0 };
    const said = [
      told({ ...word, kind: 'updated', transaction: '79' }),
      told({ ...word, kind: 'started', transaction: '79' }),
      told({ ...word, kind: 'answer', transaction: '77' }),
      told({ ...word, kind: 'started', transaction: undefined }),
      told({ ...word, kind: 'answer', transaction: '79' }),
      told({ ...word, kind: 'started', transaction: '77' }),
    ];
    const once = stationStory(said);
    const origins = said.map((_, index) => `0/${index}`);
    expect(canon(assessmentsOf(stationStory([...said, ...said], [...origins, ...origins])))).toBe(
      canon(assessmentsOf(once)),
    );
  });

  it('gives the same sessions in every order, once nobody is waited for any more', () => {
    fc.assert(
      fc.property(statements, fc.nat(), (said, seed) => {
        const inOrder = stationStoryAtRest(said);
        const anyhow = stationStoryAtRest(shuffled(said, seed));
        expect(canon(assessmentsOf(anyhow))).toBe(canon(assessmentsOf(inOrder)));
        expect(waitingIn(anyhow.station)).toEqual(waitingIn(inOrder.station));
      }),
      { numRuns: RUNS },
    );
  });

  it('leaves nothing where it does not belong', () => {
    fc.assert(
      fc.property(statements, (said) => {
        const { station, sessions } = stationStoryAtRest(said);
        for (const session of sessions) {
          expect(misplacedIn(session, station).filter(({ isHeld }) => isHeld)).toEqual([]);
        }
        for (const one of station.nameless.all()) expect(runningFor(station, one)?.session).toBe(one.session);
      }),
      { numRuns: RUNS },
    );
  });

  it('loses no statement: each one lies in a session or in the station stream', () => {
    fc.assert(
      fc.property(statements, (said) => {
        const { station, sessions } = stationStory(said);
        const held = new Set(sessions.flatMap(({ kept }) => [...kept.statements()].map(({ identity }) => identity)));
        const waiting = new Set(station.waiting.map(({ identity }) => identity));
        for (const { identity } of said) expect(held.has(identity) || waiting.has(identity)).toBe(true);
      }),
      { numRuns: RUNS },
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
