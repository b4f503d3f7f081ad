import { normalised } from './wires';
import type { Told, Wire } from './wires';

/** What fleet delivers its statements. */
export interface FleetPlan {
  /** Messages delivered, repetitions with them; met to within one session. */
  readonly statements: number;
  readonly connectors: number;
  readonly seed: number;
  /** How its messages are written; in the normalised form unless told otherwise. The fleet stays the same. */
  readonly wire?: Wire;
}

/** Statements of a session: one that begins it, one a minute, one that ends it. */
export const SESSION_STATEMENTS = 50;
/** The share of messages that are delivered twice. */
export const REPEATED_SHARE = 0.02;
/** Customers whose tokens begin the sessions. */
export const CUSTOMERS = 5_000;

const BEGINNING_MS = Date.parse('2024-01-01T00:00:00Z');
/** Rounds from the start of a session to the start of the next one on its connector: ten of them at rest. */
const ROUNDS_OF_TURN = 60;
/**
 * Statements a connector until the fleet is steady: connectors join one after the other during the first turn, and only then do as
 * many sessions end as begin.
 */
export const STATEMENTS_UNTIL_STEADY = ROUNDS_OF_TURN / 2;
/** More than a session draws in a minute, so that a connector's register never falls from one session to the next. */
const CONNECTOR_DECI_WH_A_ROUND = 10_000;
const STATEMENT_EVERY_MS = 60_000;

/**
 * The lines that a fleet sends, as NDJSON of CloudEvents: sessions on all connectors at the same time, each with a token on
 * its start and a register and a power a minute, then ten minutes of rest. Two of a hundred come twice, and what is delivered is drawn
 * at random from as many messages as connectors are charging, so that neighbours of a session change places.
 */
export function* fleetLines(plan: FleetPlan): Generator<string> {
  const { wire = normalised } = plan;
  const random = randomOf(plan.seed);
  const window: (readonly string[])[] = [];
  const drawn = (): readonly string[] => {
    const at = Math.floor(random() * window.length);
    const lines = window[at] ?? [];
    window[at] = window[window.length - 1] ?? [];
    window.pop();
    return lines;
  };
  const sessions = sessionsOf(plan);
  const windowSize = Math.min(plan.connectors, sessions);
  for (const said of told(plan, sessions, random)) {
    const lines = wire(said);
    window.push(lines);
    if (random() < REPEATED_SHARE) window.push(lines);
    while (window.length > windowSize) yield* drawn();
  }
  while (window.length > 0) yield* drawn();
}

/** The stations of the fleet; each has one connector. */
export function stationsOf(plan: FleetPlan): readonly string[] {
  return Array.from({ length: Math.min(plan.connectors, sessionsOf(plan)) }, (_, number) => stationName(number));
}

function sessionsOf({ statements }: FleetPlan): number {
  return Math.max(1, Math.round(statements / (SESSION_STATEMENTS * (1 + REPEATED_SHARE))));
}

interface Charging {
  readonly station: string;
  readonly number: number;
  readonly transaction: string;
  readonly startedAt: number;
  readonly deciKilowatts: number;
  readonly token: string;
  deciWattHours: number;
  told: number;
}

/** All statements, one round of the connectors after the other; a connector rests between its sessions. */
function* told(plan: FleetPlan, sessions: number, random: () => number): Generator<Told> {
  const connectors = Math.min(plan.connectors, sessions);
  const charging = new Map<number, Charging>();
  let begun = 0;
  let ended = 0;
  for (let round = 0; ended < sessions; round += 1) {
    for (let connector = 0; connector < connectors; connector += 1) {
      const session = charging.get(connector);
      if (session !== undefined) {
        yield statement(session, random);
        if (session.told < SESSION_STATEMENTS) continue;
        charging.delete(connector);
        ended += 1;
      } else if (begun < sessions && (round + connector) % ROUNDS_OF_TURN === 0) {
        begun += 1;
        const about = { connector, number: begun, round, seed: plan.seed };
        charging.set(connector, beginning(about, random));
      }
    }
  }
}

function beginning(
  { connector, number, round, seed }: Readonly<Record<'connector' | 'number' | 'round' | 'seed', number>>,
  random: () => number,
): Charging {
  return {
    station: stationName(connector),
    number,
    transaction: `tx-${seed}-${number}`,
    startedAt: BEGINNING_MS + round * STATEMENT_EVERY_MS + connector,
    deciKilowatts: 37 + Math.floor(random() * 180),
    token: `04${Math.floor(random() * CUSTOMERS)
      .toString(16)
      .toUpperCase()
      .padStart(6, '0')}`,
    deciWattHours: round * CONNECTOR_DECI_WH_A_ROUND,
    told: 0,
  };
}

function statement(session: Charging, random: () => number): Told {
  const { station, number, transaction, startedAt, deciKilowatts, token } = session;
  const seqNo = session.told;
  session.told += 1;
  session.deciWattHours += Math.floor((deciKilowatts * 1_000 * (0.9 + random() / 10)) / 60);
  return {
    station,
    session: number,
    transaction,
    token,
    seqNo,
    kind: kindOf(seqNo),
    time: new Date(startedAt + seqNo * STATEMENT_EVERY_MS).toISOString(),
    deciWattHours: session.deciWattHours,
    deciKilowatts,
  };
}

function kindOf(seqNo: number): Told['kind'] {
  if (seqNo === 0) return 'started';
  return seqNo === SESSION_STATEMENTS - 1 ? 'ended' : 'updated';
}

function stationName(number: number): string {
  return `ST-${number.toString().padStart(5, '0')}`;
}

/** Numbers from 0 to below 1 that follow from a seed (xorshift, 32 bits). */
export function randomOf(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state / 4_294_967_296;
  };
}
