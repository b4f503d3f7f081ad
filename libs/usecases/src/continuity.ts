import { BadCursor } from '@ledger/ports';
import type { ReadQueries } from '@ledger/ports';
import { MeterFollower } from '@ledger/session';
import type { Assessment, MeterContinuity } from '@ledger/session';
import { Exact, decimalText } from '@ledger/units';
import type { DecimalText } from '@ledger/units';

import { behindMeter, keysOfStation, meterKey, meterPlace } from './meter-key';
import type { MeterPlace } from './meter-key';
import { rowsOf } from './records';
import { readRecord } from './session-record';

/** Which meters are asked for, and which of their sessions. */
export interface ContinuityQuestion {
  readonly tenant: string;
  readonly station?: string;
  /** Sessions that began at or after this instant … */
  readonly from?: string;
  /** … and before this one. */
  readonly to?: string;
}

/** The continuity of the meter of one connector. */
export type ConnectorContinuity = MeterPlace & MeterContinuity;

/** Meters in order of their places, and where to go on. */
export interface ContinuityPage {
  readonly items: readonly ConnectorContinuity[];
  readonly next?: string;
}

/** Sums over all meters that were asked for, exactly. */
export interface ContinuityTotals {
  readonly meters: number;
  readonly sessions: number;
  readonly withoutRegisters: number;
  readonly breaks: number;
  readonly advanceWh: DecimalText;
  readonly sessionsWh: DecimalText;
  readonly unbilledWh: DecimalText;
  readonly missingWh: DecimalText;
  readonly fallenWh: DecimalText;
  readonly unconfirmedWh: DecimalText;
}

/**
 * What the meters counted beside what their sessions say, a page of connectors at a time. Closed sessions count, provisional
 * and held ones too; an open one is not known yet. Sessions of which no connector is known, at a station that names its
 * connectors, stand in a row of their own: no register confirms them. @throws BadCursor
 */
export async function continuityPage(
  model: Pick<ReadQueries, 'page'>,
  question: ContinuityQuestion,
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
): Promise<ContinuityPage> {
  const items: ConnectorContinuity[] = [];
  for await (const one of metersOf(model, question, cursor === undefined ? undefined : keyIn(cursor))) {
    if (items.length < limit) {
      items.push(one);
      continue;
    }
    const last = items.at(-1);
    return last === undefined ? { items } : { items, next: cursorBehind(last) };
  }
  return { items };
}

/** The sums over all meters that were asked for. */
export async function continuityTotals(
  model: Pick<ReadQueries, 'page'>,
  question: ContinuityQuestion,
): Promise<ContinuityTotals> {
  const counts = { meters: 0, sessions: 0, withoutRegisters: 0, breaks: 0 };
  const energies = Object.fromEntries(ENERGIES.map((name) => [name, new Exact(0)])) as Record<Energy, Exact>;
  for await (const one of metersOf(model, question)) {
    counts.meters += 1;
    counts.sessions += one.sessions;
    counts.withoutRegisters += one.withoutRegisters;
    counts.breaks += one.breaksTotal;
    for (const name of ENERGIES) energies[name] = energies[name].plus(one[name]);
  }
  const sums = Object.fromEntries(ENERGIES.map((name) => [name, decimalText(energies[name])]));
  return { ...counts, ...(sums as Record<Energy, DecimalText>) };
}

const ENERGIES = ['advanceWh', 'sessionsWh', 'unbilledWh', 'missingWh', 'fallenWh', 'unconfirmedWh'] as const;
type Energy = (typeof ENERGIES)[number];

/** Walks along the index of meters: the sessions of one stand together, in order of their starts. */
async function* metersOf(
  model: Pick<ReadQueries, 'page'>,
  question: ContinuityQuestion,
  behind?: string,
): AsyncIterable<ConnectorContinuity> {
  let before = behind === undefined ? undefined : meterPlace(behind);
  let current: Meter | undefined;
  for await (const assessment of assessmentsOf(model, question, behind)) {
    if (current?.key !== meterKey(assessment)) {
      if (current !== undefined) yield current.report();
      before = current?.place ?? before;
      current = new Meter(assessment, before);
    }
    current.add(assessment);
  }
  if (current !== undefined) yield current.report();
}

/** The closed sessions that are asked for, in order of their meters. */
async function* assessmentsOf(
  model: Pick<ReadQueries, 'page'>,
  { tenant, station, from, to }: ContinuityQuestion,
  behind: string | undefined,
): AsyncIterable<Assessment> {
  const keys = station === undefined ? {} : keysOfStation(station);
  const range = behind === undefined ? keys : { ...keys, from: behindMeter(behind) };
  const rows = rowsOf(model, { table: 'sessions', tenant, by: 'meter_at', order: 'oldest-first', ...range });
  for await (const { body } of rows) {
    const { assessment } = readRecord(body);
    if (assessment !== undefined && isAsked(assessment, { from, to })) yield assessment;
  }
}

/** One meter of a station, or the sessions of which it is not known on which of its meters they were. */
class Meter {
  readonly key: string;
  readonly place: MeterPlace;
  private readonly follower = new MeterFollower();
  private readonly isKnown: boolean;

  /** @param before the meter before it in order; a station with named meters has no other one without a name */
  constructor({ station, evse, connector }: MeterPlace, before: MeterPlace | undefined) {
    this.place = {
      station,
      ...(evse === undefined ? {} : { evse }),
      ...(connector === undefined ? {} : { connector }),
    };
    this.key = meterKey(this.place);
    this.isKnown = (evse ?? connector) !== undefined || before?.station !== station;
  }

  add({ registerStartWh, registerEndWh, ...session }: Assessment): void {
    const registers = {
      ...(registerStartWh === undefined ? {} : { registerStartWh }),
      ...(registerEndWh === undefined ? {} : { registerEndWh }),
    };
    this.follower.add(this.isKnown ? { ...session, ...registers } : session);
  }

  report(): ConnectorContinuity {
    return { ...this.place, ...this.follower.report() };
  }
}

function isAsked(
  { startedAt }: Assessment,
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
): boolean {
  return (from === undefined || startedAt >= from) && (to === undefined || startedAt < to);
}

function cursorBehind(place: MeterPlace): string {
  return Buffer.from(meterKey(place)).toString('base64url');
}

/** @throws BadCursor */
function keyIn(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString();
  const place = meterPlace(key);
  if (place === undefined || meterKey(place) !== key) throw new BadCursor('the cursor is not one of ours');
  return key;
}
