import { wordsOf, type JsonCursor } from './json-cursor';
import { SESSION_ENTRIES_MAX } from './request';

const CLOSE_BRACKET = 0x5d;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const OPEN_BRACE = 0x7b;
const COMMA = 0x2c;

/** How many dimensions a price depends on; they come first in `DIMENSIONS`. */
export const PLACES = 8;

/** The dimensions of a CDR; the last five are for sessions only and price nothing (OCPI 2.3.0, CDRs, section 10.4.2). */
const DIMENSIONS = wordsOf(
  'ENERGY',
  'TIME',
  'PARKING_TIME',
  'RESERVATION_TIME',
  'MIN_POWER',
  'MAX_POWER',
  'MIN_CURRENT',
  'MAX_CURRENT',
  'CURRENT',
  'ENERGY_EXPORT',
  'ENERGY_IMPORT',
  'POWER',
  'STATE_OF_CHARGE',
);

const SESSION_NAMES = wordsOf(
  'start_date_time',
  'end_date_time',
  'charging_periods',
  'meter_readings',
  'reservation_expired',
  'credit',
);
const PERIOD_NAMES = wordsOf('start_date_time', 'dimensions', 'tariff_id');
const DIMENSION_NAMES = wordsOf('type', 'volume');
const READING_NAMES = wordsOf('timestamp', 'energy_kwh', 'charging');
/** One bit for each name of a reading. */
const WHOLE_READING = 0b111;

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
  /** Entries of the list; what stands behind them in the columns is left from an earlier session. */
  count = 0;
  readonly atMs: number[] = [];
  readonly tariffIds: (string | undefined)[] = [];
  readonly charging: boolean[] = [];
  readonly mantissas: number[] = [];
  readonly decimals: number[] = [];

  /** Reads a session object in the place of the one before, or throws `NotPlain`. */
  read(cursor: JsonCursor): void {
    this.forget();
    let seen = 0;
    for (let name = cursor.member(SESSION_NAMES, seen); name >= 0; name = cursor.member(SESSION_NAMES, seen)) {
      seen |= 1 << name;
      this.member(cursor, name);
    }
    if (this.startMs === NONE || this.endMs === NONE || this.endMs < this.startMs) cursor.refuse();
    if (this.hasPeriods === this.hasReadings) cursor.refuse();
  }

  private forget(): void {
    this.startMs = NONE;
    this.endMs = NONE;
    this.isExpiredReservation = false;
    this.isCredit = false;
    this.hasPeriods = false;
    this.hasReadings = false;
    this.count = 0;
  }

  private member(cursor: JsonCursor, name: number): void {
    switch (name) {
      case 0:
        this.startMs = cursor.instantMs();
        return;
      case 1:
        this.endMs = cursor.instantMs();
        return;
      case 2:
        this.hasPeriods = this.entries(cursor, false);
        return;
      case 3:
        this.hasReadings = this.entries(cursor, true);
        return;
      case 4:
        this.isExpiredReservation = cursor.flag();
        return;
      default:
        this.isCredit = cursor.flag();
    }
  }

  /** Reads a list; false when there is null instead. */
  private entries(cursor: JsonCursor, areReadings: boolean): boolean {
    if (cursor.literal('null')) return false;
    cursor.take(OPEN_BRACKET);
    if (cursor.isEmpty(CLOSE_BRACKET)) return true;
    do {
      if (this.count >= SESSION_ENTRIES_MAX) cursor.refuse();
      this.atMs[this.count] = NONE;
      if (areReadings) this.reading(cursor);
      else this.period(cursor);
      this.count += 1;
    } while (cursor.another(CLOSE_BRACKET));
    return true;
  }

  private period(cursor: JsonCursor): void {
    const base = this.count * PLACES;
    for (let place = base; place < base + PLACES; place += 1) {
      this.mantissas[place] = 0;
      this.decimals[place] = -1;
    }
    this.tariffIds[this.count] = undefined;
    let seen = 0;
    for (let name = cursor.member(PERIOD_NAMES, seen); name >= 0; name = cursor.member(PERIOD_NAMES, seen)) {
      seen |= 1 << name;
      if (name === 0) this.atMs[this.count] = cursor.instantMs();
      else if (name === 1) this.dimensions(cursor, base);
      else this.tariffId(cursor);
    }
    if (this.atMs[this.count] === NONE) cursor.refuse();
  }

  private tariffId(cursor: JsonCursor): void {
    if (cursor.literal('null')) return;
    const id = cursor.string();
    if (id === '') cursor.refuse();
    this.tariffIds[this.count] = id;
  }

  private dimensions(cursor: JsonCursor, base: number): void {
    cursor.take(OPEN_BRACKET);
    if (cursor.isEmpty(CLOSE_BRACKET)) return;
    do {
      cursor.take(OPEN_BRACE);
      const isTypeFirst = cursor.name(DIMENSION_NAMES) === 0;
      let dimension = isTypeFirst ? cursor.word(DIMENSIONS) : volume(cursor);
      cursor.take(COMMA);
      if ((cursor.name(DIMENSION_NAMES) === 0) === isTypeFirst) cursor.refuse();
      if (isTypeFirst) cursor.number();
      else dimension = cursor.word(DIMENSIONS);
      cursor.take(CLOSE_BRACE);
      if (dimension < PLACES) this.store(cursor, base + dimension);
    } while (cursor.another(CLOSE_BRACKET));
  }

  private store(cursor: JsonCursor, place: number): void {
    if (this.decimals[place] !== -1) cursor.refuse();
    this.mantissas[place] = cursor.mantissa;
    this.decimals[place] = cursor.decimals;
  }

  private reading(cursor: JsonCursor): void {
    const place = this.count * PLACES;
    let seen = 0;
    for (let name = cursor.member(READING_NAMES, seen); name >= 0; name = cursor.member(READING_NAMES, seen)) {
      seen |= 1 << name;
      if (name === 0) this.atMs[this.count] = cursor.instantMs();
      else if (name === 1) {
        cursor.number();
        this.mantissas[place] = cursor.mantissa;
        this.decimals[place] = cursor.decimals;
      } else this.charging[this.count] = strictFlag(cursor);
    }
    if (seen !== WHOLE_READING) cursor.refuse();
  }
}

/** Stands for an instant that was not stated. */
const NONE = -Infinity;

/** A volume that comes before its type. */
function volume(cursor: JsonCursor): number {
  cursor.number();
  return PLACES;
}

function strictFlag(cursor: JsonCursor): boolean {
  if (cursor.literal('true')) return true;
  return cursor.literal('false') ? false : cursor.refuse();
}
