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
 * and held ones too; an open one is not known yet. @throws BadCursor
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
  { tenant, station, from, to }: ContinuityQuestion,
  behind?: string,
): AsyncIterable<ConnectorContinuity> {
  const keys = station === undefined ? {} : keysOfStation(station);
  const range = behind === undefined ? keys : { ...keys, from: behindMeter(behind) };
  let current: { readonly key: string; readonly place: MeterPlace; readonly follower: MeterFollower } | undefined;
  for await (const { body } of rowsOf(model, {
    table: 'sessions',
    tenant,
    by: 'meter_at',
    order: 'oldest-first',
    ...range,
  })) {
    const { assessment } = readRecord(body);
    if (assessment === undefined || !isAsked(assessment, { from, to })) continue;
    const key = meterKey(assessment);
    if (current?.key !== key) {
      if (current !== undefined) yield { ...current.place, ...current.follower.report() };
      current = { key, place: placeOf(assessment), follower: new MeterFollower() };
    }
    current.follower.add(assessment);
  }
  if (current !== undefined) yield { ...current.place, ...current.follower.report() };
}

function isAsked(
  { startedAt }: Assessment,
  { from, to }: { readonly from: string | undefined; readonly to: string | undefined },
): boolean {
  return (from === undefined || startedAt >= from) && (to === undefined || startedAt < to);
}

function placeOf({ station, evse, connector }: MeterPlace): MeterPlace {
  return {
    station,
    ...(evse === undefined ? {} : { evse }),
    ...(connector === undefined ? {} : { connector }),
  };
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
