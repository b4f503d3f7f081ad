import { millisOf } from '@ledger/units';
import type { DecimalText, Zone } from '@ledger/units';
import { MemberReader, isMembers } from '../member-reader';
import { ocpiVersionOf, parseTariff } from '../parse-tariff';
import { Unpriceable } from '../metered';
import { knownZone } from '../price';
import type { Tariff, TariffFinding } from '../tariff';
import { BadLine } from './bad-line';

/** Most charging periods or meter readings of one session. */
export const SESSION_ENTRIES_MAX = 100_000;

/** One charging period as stated: volumes by dimension, in kWh, hours, A and kW. */
export interface StatedPeriod {
  readonly startMs: number;
  readonly tariffId: string | undefined;
  readonly volumes: ReadonlyMap<string, DecimalText>;
}

/** One meter reading: the register in kWh, and whether the vehicle charges from here on. */
export interface StatedReading {
  readonly atMs: number;
  readonly kwh: DecimalText;
  readonly isCharging: boolean;
}

/** A session as a line states it. */
export interface StatedSession {
  readonly startMs: number;
  readonly endMs: number;
  readonly periods: readonly StatedPeriod[] | undefined;
  readonly readings: readonly StatedReading[];
  readonly isExpiredReservation: boolean;
  readonly isCredit: boolean;
}

/** One line of the pricing contract, read. */
export interface LineRequest {
  readonly tariffs: readonly Tariff[];
  /** Whether the validity of the tariffs decides which one prices the session. */
  readonly isList: boolean;
  readonly zone: Zone;
  readonly session: StatedSession;
}

/** Reads one line of the pricing contract from what the JSON reader gives. @throws BadLine with everything that is wrong */
export function readRequest(value: unknown): LineRequest {
  if (!isMembers(value)) throw new BadLine('a line must be a JSON object');
  const log = { errors: [] as TariffFinding[], warnings: [] as TariffFinding[] };
  const reader = new MemberReader(value, '', log);
  const version = reader.text('ocpi_version');
  const known = ocpiVersionOf(version);
  if (version !== undefined && known === undefined) throw new BadLine(`ocpi_version ${version} is not understood`);
  const isList = reader.has('tariffs');
  const tariffs = isList ? reader.list('tariffs', TARIFFS_MAX) : [reader.has('tariff') ? value['tariff'] : undefined];
  const zone = reader.text('timezone');
  reader.required('timezone');
  reader.required('session');
  const session = reader.object('session');
  const read = session === undefined ? undefined : readSession(session);
  if (log.errors.length > 0 || read === undefined) throw new BadLine(findingsText(log.errors));
  return {
    tariffs: tariffs.map((tariff) => readTariff(tariff, known)),
    isList,
    zone: zoneNamed(zone ?? ''),
    session: read,
  };
}

/** Most tariffs of one line. */
const TARIFFS_MAX = 1_000;

/** The zone of a line. @throws BadLine */
export function zoneNamed(name: string): Zone {
  try {
    return knownZone(name);
  } catch (error) {
    if (error instanceof Unpriceable) throw new BadLine(error.message);
    throw error;
  }
}

/** A tariff to price with. @throws BadLine with every finding */
export function readTariff(value: unknown, version: Tariff['ocpiVersion'] | undefined): Tariff {
  if (value === undefined || value === null) throw new BadLine('the line has no tariff');
  const outcome = parseTariff(value, {
    purpose: 'price',
    ...(version === undefined ? {} : { ocpiVersion: version }),
  });
  if (!outcome.ok) throw new BadLine(`the tariff is wrong: ${findingsText(outcome.findings)}`);
  return outcome.tariff;
}

/** Most findings that an answer names. */
const FINDINGS_MAX = 20;

function findingsText(findings: readonly TariffFinding[]): string {
  const named = findings.slice(0, FINDINGS_MAX).map(({ pointer, because }) => `${pointer}: ${because}`);
  return named.join('; ') + (findings.length > FINDINGS_MAX ? `; and ${findings.length - FINDINGS_MAX} more` : '');
}

function readSession(session: MemberReader): StatedSession | undefined {
  for (const key of ['start_date_time', 'end_date_time']) session.required(key);
  const start = session.instant('start_date_time');
  const end = session.instant('end_date_time');
  const entries = readEntries(session);
  if (start === undefined || end === undefined) return undefined;
  if (end < start) session.wrong('bad-order', 'end_date_time', 'the session ends before it starts');
  return {
    startMs: millisOf(start),
    endMs: millisOf(end),
    ...entries,
    isExpiredReservation: session.flag('reservation_expired') ?? false,
    isCredit: session.flag('credit') ?? false,
  };
}

function readEntries(session: MemberReader): Pick<StatedSession, 'periods' | 'readings'> {
  const [hasPeriods, hasReadings] = [session.has('charging_periods'), session.has('meter_readings')];
  if (!hasPeriods && !hasReadings) {
    session.wrong('missing', 'charging_periods', 'a session needs charging_periods or meter_readings');
  }
  const periods = session
    .list('charging_periods', SESSION_ENTRIES_MAX)
    .map((item, index) => readPeriod(session, item, index));
  const readings = session
    .list('meter_readings', SESSION_ENTRIES_MAX)
    .map((item, index) => readReading(session, item, index));
  return {
    periods: hasPeriods ? periods.filter((period) => period !== undefined) : undefined,
    readings: readings.filter((reading) => reading !== undefined),
  };
}

function readPeriod(session: MemberReader, item: unknown, index: number): StatedPeriod | undefined {
  const period = session.inner(item, `charging_periods/${index}`);
  if (period === undefined) return undefined;
  period.required('start_date_time');
  const start = period.instant('start_date_time');
  const volumes = new Map<string, DecimalText>();
  period.list('dimensions', DIMENSIONS_MAX).forEach((entry, at) => {
    const dimension = period.inner(entry, `dimensions/${at}`);
    dimension?.required('type');
    dimension?.required('volume');
    const type = dimension?.text('type');
    const volume = dimension === undefined ? undefined : readVolume(dimension, type);
    if (type === undefined || volume === undefined) return;
    if (volumes.has(type)) dimension?.wrong('stated-twice', 'type', `${type} is stated twice`);
    volumes.set(type, volume);
  });
  if (start === undefined) return undefined;
  return { startMs: millisOf(start), tariffId: period.text('tariff_id'), volumes };
}

/** Energy that was fed back is negative; nothing else may be. */
function readVolume(dimension: MemberReader, type: string | undefined): DecimalText | undefined {
  return type === 'ENERGY' ? dimension.decimal('volume') : dimension.decimalFromZero('volume');
}

/** Most dimensions of one charging period. */
const DIMENSIONS_MAX = 100;

function readReading(session: MemberReader, item: unknown, index: number): StatedReading | undefined {
  const reading = session.inner(item, `meter_readings/${index}`);
  if (reading === undefined) return undefined;
  for (const key of ['timestamp', 'energy_kwh', 'charging']) reading.required(key);
  const at = reading.instant('timestamp');
  const kwh = reading.decimal('energy_kwh');
  const isCharging = reading.flag('charging');
  if (at === undefined || kwh === undefined || isCharging === undefined) return undefined;
  return { atMs: millisOf(at), kwh, isCharging };
}
