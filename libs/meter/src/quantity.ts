import { isDecimalText, JsonNumber, parseDecimal, pointOf } from '@ledger/units';
import type { DecimalText } from '@ledger/units';
import { missing, pointerTo, wrongType } from './fields';
import type { Place } from './fields';
import { VALUE_FRACTION_DIGITS_MAX, VALUE_WHOLE_DIGITS_MAX } from './limits';
import { Refused } from './refusal';
import type { MeteredValue } from './statement';
import { MEASURANDS, NEVER_NEGATIVE, UNIT_REQUIRED, UNITS } from './vocabulary';
import type { UnitScale } from './vocabulary';

/** Moves the decimal point of plain decimal text by a power of ten, exactly; undefined beyond the digit limit. */
export function shiftDecimal(text: string, power: number): DecimalText | undefined {
  const isBelowZero = text.charCodeAt(0) === MINUS;
  const unsigned = isBelowZero ? text.slice(1) : text;
  const moved = power === 0 ? unsigned : movePoint(unsigned, power);
  const signed = isBelowZero && NOT_ZERO.test(moved) ? `-${moved}` : moved;
  return isDecimalText(signed) ? signed : undefined;
}

const NOT_ZERO = /[1-9]/;

function movePoint(unsigned: string, power: number): string {
  const point = unsigned.indexOf('.');
  const whole = point < 0 ? unsigned : unsigned.slice(0, point);
  const fraction = point < 0 ? '' : unsigned.slice(point + 1);
  if (power < 0) {
    const padded = whole.padStart(1 - power, '0');
    const cut = padded.length + power;
    return `${padded.slice(0, cut)}.${padded.slice(cut)}${fraction}`;
  }
  const padded = fraction.padEnd(power, '0');
  const digits = `${whole}${padded.slice(0, power)}`;
  const moved = digits.charCodeAt(0) === ZERO ? digits.replace(/^0+(?=[0-9])/, '') : digits;
  return padded.length === power ? moved : `${moved}.${padded.slice(power)}`;
}

/** Tells whether the text is plain decimal text within the digits that a value may have. */
function isPlain(text: string): boolean {
  const point = pointOf(text);
  if (point < 0) return false;
  const whole = text.charCodeAt(0) === MINUS ? point - 1 : point;
  return whole <= VALUE_WHOLE_DIGITS_MAX && text.length - point - 1 <= VALUE_FRACTION_DIGITS_MAX;
}

const MINUS = 0x2d;
const ZERO = 0x30;

/** How a value may be written: `plain` decimal text as the contract says, or `lenient` as stations do. */
export type ValueStyle = 'plain' | 'lenient';

/** The decimal of a field, from text or from the source text of a JSON number. @throws Refused */
export function requiredDecimal(place: Place, name: string, style: ValueStyle): string {
  const value = place.object[name];
  if (value === undefined || value === null) return missing(place, name);
  if (typeof value === 'string') {
    if (isPlain(value)) return value;
    return style === 'plain' ? notANumber(place, name) : withinDigits(place, name, parseDecimal(value));
  }
  if (!(value instanceof JsonNumber)) return wrongType(place, name, 'decimal text');
  return isPlain(value.text) ? value.text : withinDigits(place, name, parseDecimal(value.text));
}

function withinDigits(place: Place, name: string, text: DecimalText | undefined): string {
  if (text === undefined) return notANumber(place, name);
  if (isPlain(text)) return text;
  const reason = `${name} has more than ${VALUE_WHOLE_DIGITS_MAX} digits before or ${VALUE_FRACTION_DIGITS_MAX} after the point`;
  throw new Refused('number-out-of-range', pointerTo(place, name), reason);
}

function notANumber(place: Place, name: string): never {
  throw new Refused('not-a-number', pointerTo(place, name), `${name} is no decimal number within the limits`);
}

/** What is measured, and in which unit as sent (absent where the message names none). */
export interface MeasuredAs {
  readonly measurand: string;
  readonly unit: string | undefined;
  readonly multiplier: number;
  /** Names of the fields, for refusals. */
  readonly place: Place;
  /** Whether an energy without unit is read in Wh, as OCPP says, or refused. */
  readonly isUnitDefaulted: boolean;
}

/** An exact value and its base unit. */
export interface BaseQuantity {
  readonly value: DecimalText;
  readonly unit: string;
}

/** A value in its base unit, exact. @throws Refused for an unknown measurand or unit and for a register below zero */
export function inBaseUnit(value: string, as: MeasuredAs): BaseQuantity {
  const unit = unitScale(as);
  const exact = shiftDecimal(value, unit.shift + as.multiplier);
  if (exact === undefined) {
    throw new Refused(
      'number-out-of-range',
      pointerTo(as.place, 'value'),
      'value has too many digits in its base unit',
    );
  }
  if (exact.charCodeAt(0) === MINUS && NEVER_NEGATIVE.has(as.measurand)) {
    throw new Refused('negative-register', pointerTo(as.place, 'value'), `${as.measurand} is below zero`);
  }
  return { value: exact, unit: unit.base };
}

/** A metered value with its keys in canonical order; the outlet, being the default, is not written down. */
export function meteredValue(
  measurand: string,
  { unit, value }: BaseQuantity,
  where: { readonly phase: string | undefined; readonly location: string | undefined },
): MeteredValue {
  const { phase, location } = where;
  if (location === undefined || location === 'Outlet') {
    return phase === undefined ? { measurand, unit, value } : { measurand, phase, unit, value };
  }
  return phase === undefined ? { location, measurand, unit, value } : { location, measurand, phase, unit, value };
}

function unitScale(as: MeasuredAs): UnitScale {
  const quantity = MEASURANDS.get(as.measurand);
  if (quantity === undefined) {
    throw new Refused('measurand-unknown', pointerTo(as.place, 'measurand'), 'OCPP has no such measurand');
  }
  const units = UNITS[quantity];
  if (as.unit === undefined) {
    if (UNIT_REQUIRED.has(quantity) && !as.isUnitDefaulted) {
      throw new Refused('unit-missing', pointerTo(as.place, 'unit'), `${as.measurand} needs a unit`);
    }
    for (const first of units.values()) return first;
  }
  const found = units.get(as.unit ?? '');
  if (found !== undefined) return found;
  const known = [...units.keys()].join(', ');
  throw new Refused('unit-unknown', pointerTo(as.place, 'unit'), `${as.measurand} is measured in ${known}`);
}
