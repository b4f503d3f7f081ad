import type { Bounds, ElementTerms } from '../plan';
import type { Ratio } from '../ratio';
import { DAYS_OF_WEEK, RESERVATION_KINDS } from '../tariff';
import { wordsOf, type JsonCursor } from './json-cursor';

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const RESTRICTION_NAMES = wordsOf(
  'start_time',
  'end_time',
  'start_date',
  'end_date',
  'min_duration',
  'max_duration',
  'day_of_week',
  'reservation',
  'min_kwh',
  'max_kwh',
  'min_power',
  'max_power',
  'min_current',
  'max_current',
);
/** From here on the names are those of bounds: a minimum and a maximum each of energy, power and current. */
const FIRST_BOUND = 8;
const RESERVATION_WORDS = wordsOf(...RESERVATION_KINDS);
const DAY_WORDS = wordsOf(...DAYS_OF_WEEK);

/** Reads the restrictions of an element, of the plain form. */
export function plainRestrictions(cursor: JsonCursor): ElementTerms {
  const terms: Mutable<ElementTerms> = { ...NO_TERMS };
  const limits: (Ratio | undefined)[] = [undefined, undefined, undefined, undefined, undefined, undefined];
  let seen = 0;
  for (let name = cursor.member(RESTRICTION_NAMES, seen); name >= 0; name = cursor.member(RESTRICTION_NAMES, seen)) {
    seen |= 1 << name;
    if (cursor.literal('null')) continue;
    if (name >= FIRST_BOUND) limits[name - FIRST_BOUND] = cursor.ratio();
    else restriction(cursor, terms, name);
  }
  terms.energy = bounds(limits[0], limits[1]);
  terms.power = bounds(limits[2], limits[3]);
  terms.current = bounds(limits[4], limits[5]);
  return terms;
}

const NO_TERMS: ElementTerms = {
  start: undefined,
  end: undefined,
  startDay: undefined,
  endDay: undefined,
  weekdays: undefined,
  minDurationMs: 0,
  maxDurationMs: Infinity,
  energy: undefined,
  power: undefined,
  current: undefined,
  reservation: undefined,
};

function restriction(cursor: JsonCursor, terms: Mutable<ElementTerms>, name: number): void {
  switch (name) {
    case 0:
      terms.start = cursor.timeOfDayMs();
      return;
    case 1:
      terms.end = cursor.timeOfDayMs();
      return;
    case 2:
      terms.startDay = cursor.day();
      return;
    case 3:
      terms.endDay = cursor.day();
      return;
    case 4:
      terms.minDurationMs = cursor.count() * 1_000;
      return;
    case 5:
      terms.maxDurationMs = cursor.count() * 1_000;
      return;
    case 6:
      terms.weekdays = weekdays(cursor);
      return;
    default:
      terms.reservation = RESERVATION_KINDS[cursor.word(RESERVATION_WORDS)];
  }
}

/** One bit for each weekday of a list; an empty list restricts nothing. */
function weekdays(cursor: JsonCursor): number | undefined {
  cursor.take(OPEN_BRACKET);
  if (cursor.isEmpty(CLOSE_BRACKET)) return undefined;
  let mask = 0;
  do mask |= 1 << cursor.word(DAY_WORDS);
  while (cursor.another(CLOSE_BRACKET));
  return mask;
}

function bounds(min: Ratio | undefined, max: Ratio | undefined): Bounds | undefined {
  return min === undefined && max === undefined ? undefined : { min, max };
}
