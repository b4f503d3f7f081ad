import type { JsonCursor } from './json-cursor';
import { plainInstantMs } from './plain-instant';
import { SESSION_ENTRIES_MAX } from './request';

const CLOSE_BRACKET = 0x5d;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;

/** The dimensions that a price depends on; the index is the place in `PlainSession.mantissas`. */
export const PLAIN_DIMENSIONS = [
  'ENERGY',
  'TIME',
  'PARKING_TIME',
  'RESERVATION_TIME',
  'MIN_POWER',
  'MAX_POWER',
  'MIN_CURRENT',
  'MAX_CURRENT',
] as const;

/** How many places each period has. */
export const PLACES = PLAIN_DIMENSIONS.length;

/**
 * A session of the contract in columns: entry `i` of a list stands at place `i` of each column, its volume of dimension `d` at
 * `i * PLACES + d` as a whole number and a count of decimals; -1 decimals: not stated.
 */
export class PlainSession {
  startMs = NONE;
  endMs = NONE;
  isExpiredReservation = false;
  isCredit = false;
  hasPeriods = false;
  hasReadings = false;
  count = 0;
  readonly atMs: number[] = [];
  readonly tariffIds: (string | undefined)[] = [];
  readonly charging: boolean[] = [];
  readonly mantissas: number[] = [];
  readonly decimals: number[] = [];

  /** Reads a session object, or throws `NotPlain`. */
  read(cursor: JsonCursor): void {
    cursor.take(OPEN_BRACE);
    if (cursor.isEmpty(CLOSE_BRACE)) cursor.refuse();
    do this.member(cursor, cursor.name());
    while (cursor.another(CLOSE_BRACE));
    if (this.startMs === NONE || this.endMs === NONE || this.endMs < this.startMs) cursor.refuse();
    if (this.hasPeriods === this.hasReadings) cursor.refuse();
  }

  private member(cursor: JsonCursor, name: string): void {
    switch (name) {
      case 'start_date_time':
        this.startMs = instant(cursor);
        return;
      case 'end_date_time':
        this.endMs = instant(cursor);
        return;
      case 'charging_periods':
        if (this.hasPeriods) cursor.refuse();
        this.hasPeriods = true;
        this.entries(cursor, false);
        return;
      case 'meter_readings':
        if (this.hasReadings) cursor.refuse();
        this.hasReadings = true;
        this.entries(cursor, true);
        return;
      case 'reservation_expired':
        this.isExpiredReservation = cursor.flag();
        return;
      case 'credit':
        this.isCredit = cursor.flag();
        return;
      default:
        cursor.refuse();
    }
  }

  private entries(cursor: JsonCursor, areReadings: boolean): void {
    cursor.take(OPEN_BRACKET);
    if (cursor.isEmpty(CLOSE_BRACKET)) return;
    do {
      if (this.count >= SESSION_ENTRIES_MAX) cursor.refuse();
      cursor.take(OPEN_BRACE);
      if (cursor.isEmpty(CLOSE_BRACE)) cursor.refuse();
      if (areReadings) this.reading(cursor);
      else this.period(cursor);
      this.count += 1;
    } while (cursor.another(CLOSE_BRACKET));
  }

  private period(cursor: JsonCursor): void {
    const base = this.count * PLACES;
    for (let place = base; place < base + PLACES; place += 1) this.decimals[place] = -1;
    this.atMs[this.count] = NONE;
    this.tariffIds[this.count] = undefined;
    let hasDimensions = false;
    do {
      const name = cursor.name();
      if (name === 'dimensions' && !hasDimensions) hasDimensions = this.dimensions(cursor, base);
      else this.periodMember(cursor, name);
    } while (cursor.another(CLOSE_BRACE));
    if (this.atMs[this.count] === NONE) cursor.refuse();
  }

  private periodMember(cursor: JsonCursor, name: string): void {
    if (name === 'start_date_time') this.takeInstant(cursor);
    else if (name === 'tariff_id' && this.tariffIds[this.count] === undefined) {
      const id = cursor.literal('null') ? undefined : cursor.string();
      if (id === '') cursor.refuse();
      this.tariffIds[this.count] = id;
    } else cursor.refuse();
  }

  private takeInstant(cursor: JsonCursor): void {
    if (this.atMs[this.count] !== NONE) cursor.refuse();
    this.atMs[this.count] = instant(cursor);
  }

  private dimensions(cursor: JsonCursor, base: number): true {
    cursor.take(OPEN_BRACKET);
    if (cursor.isEmpty(CLOSE_BRACKET)) return true;
    do {
      cursor.take(OPEN_BRACE);
      const isTypeFirst = cursor.name() === 'type';
      const first = isTypeFirst ? cursor.string() : this.volume(cursor);
      cursor.take(0x2c);
      const second = cursor.name();
      if (second !== (isTypeFirst ? 'volume' : 'type')) cursor.refuse();
      const type = isTypeFirst ? first : cursor.string();
      if (isTypeFirst) cursor.number();
      cursor.take(CLOSE_BRACE);
      this.store(cursor, base, type);
    } while (cursor.another(CLOSE_BRACKET));
    return true;
  }

  /** A volume that comes before its type. */
  private volume(cursor: JsonCursor): string {
    cursor.number();
    return '';
  }

  private store(cursor: JsonCursor, base: number, type: string): void {
    const dimension = placeOf(type);
    if (dimension < 0) {
      if (!UNPRICED.has(type)) cursor.refuse();
      return;
    }
    if (this.decimals[base + dimension] !== -1) cursor.refuse();
    this.mantissas[base + dimension] = cursor.mantissa;
    this.decimals[base + dimension] = cursor.decimals;
  }

  private reading(cursor: JsonCursor): void {
    const place = this.count * PLACES;
    this.decimals[place] = -1;
    this.atMs[this.count] = NONE;
    let members = 0;
    do {
      this.readingMember(cursor, cursor.name(), place);
      members += 1;
    } while (cursor.another(CLOSE_BRACE));
    if (members !== 3 || this.charging.length !== this.count + 1) cursor.refuse();
  }

  private readingMember(cursor: JsonCursor, name: string, place: number): void {
    if (name === 'timestamp') this.takeInstant(cursor);
    else if (name === 'charging') this.charging.push(strictFlag(cursor));
    else if (name === 'energy_kwh' && this.decimals[place] === -1) {
      cursor.number();
      this.mantissas[place] = cursor.mantissa;
      this.decimals[place] = cursor.decimals;
    } else cursor.refuse();
  }
}

/** Stands for an instant that was not stated. */
const NONE = -Infinity;

function instant(cursor: JsonCursor): number {
  const ms = plainInstantMs(cursor.string());
  return ms ?? cursor.refuse();
}

function strictFlag(cursor: JsonCursor): boolean {
  if (cursor.literal('true')) return true;
  return cursor.literal('false') ? false : cursor.refuse();
}

/** Dimensions of a session that price nothing (OCPI 2.3.0, CDRs, section 10.4.2). */
const UNPRICED = new Set(['CURRENT', 'ENERGY_EXPORT', 'ENERGY_IMPORT', 'POWER', 'STATE_OF_CHARGE']);

function placeOf(type: string): number {
  switch (type) {
    case 'ENERGY':
      return 0;
    case 'TIME':
      return 1;
    default:
      return PLAIN_DIMENSIONS.findIndex((dimension) => dimension === type);
  }
}
