import { MEASURANDS, NEVER_NEGATIVE, UNITS, UNIT_REQUIRED } from '@ledger/meter';
import { parseInstant } from '@ledger/units';
import { ValidateIf, buildMessage, ValidateBy } from 'class-validator';
import type { ValidationArguments } from 'class-validator';

/** The field may be left out; null is not the same as left out. */
export function IsAbsentOr(): PropertyDecorator {
  return ValidateIf((_, value: unknown) => value !== undefined);
}

/** Text of 1 to `max` characters without control characters. */
export function IsPlainText(max: number): PropertyDecorator {
  return rule('isPlainText', `$property is text of 1 to ${max} characters without control characters`, (value) => {
    return typeof value === 'string' && value !== '' && Array.from(value).length <= max && !holdsControl(value);
  });
}

/** Text of 1 to `max` characters, of any kind. */
export function IsRecordText(max: number): PropertyDecorator {
  return rule('isRecordText', `$property is text of 1 to ${max} characters`, (value) => {
    return typeof value === 'string' && value !== '' && Array.from(value).length <= max;
  });
}

const OFFSET = /([Zz]|[+-]\d{2}:\d{2})$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** A date and time of RFC 3339 that exists, with its offset. */
export function IsMoment(): PropertyDecorator {
  return rule('isMoment', '$property is a date and time with offset, such as 2026-06-01T08:15:00Z', (value) => {
    return typeof value === 'string' && MOMENT.test(value) && OFFSET.test(value) && parseInstant(value) !== undefined;
  });
}

/** `station`, `station/evse` or `station/evse/connector`. */
export function IsSubject(partMax: number): PropertyDecorator {
  return rule('isSubject', '$property is station, station/evse or station/evse/connector', (value) => {
    if (typeof value !== 'string' || holdsControl(value)) return false;
    const parts = value.split('/');
    return parts.length <= 3 && parts.every((part) => part !== '' && Array.from(part).length <= partMax);
  });
}

/** Decimal text with at most 12 digits before and 18 after the point; not below zero where it counts in one direction. */
export function IsMeteredDecimal(): PropertyDecorator {
  return rule('isMeteredDecimal', '$property is plain decimal text that its measurand allows', (value, { object }) => {
    if (typeof value !== 'string' || !DECIMAL.test(value)) return false;
    const { measurand } = object as { readonly measurand?: unknown };
    return !(
      value.startsWith('-') &&
      /[1-9]/.test(value) &&
      typeof measurand === 'string' &&
      NEVER_NEGATIVE.has(measurand)
    );
  });
}

const DECIMAL = /^-?(?:0|[1-9]\d{0,11})(?:\.\d{1,18})?$/;

/** A measurand of OCPP. */
export function IsMeasurand(): PropertyDecorator {
  return rule(
    'isMeasurand',
    '$property is a measurand of OCPP',
    (value) => typeof value === 'string' && MEASURANDS.has(value),
  );
}

/** A unit that fits the measurand; energy needs one. */
export function FitsMeasurand(): PropertyDecorator {
  return rule('fitsMeasurand', '$property is a unit that fits the measurand; energy needs one', (value, { object }) => {
    const { measurand } = object as { readonly measurand?: unknown };
    const quantity = typeof measurand === 'string' ? MEASURANDS.get(measurand) : undefined;
    if (quantity === undefined) return true;
    if (value === undefined) return !UNIT_REQUIRED.has(quantity);
    return typeof value === 'string' && UNITS[quantity].has(value);
  });
}

function holdsControl(text: string): boolean {
  return Array.from(text).some((character) => character < ' ' || character === '\u007f');
}

function rule(
  name: string,
  message: string,
  holds: (value: unknown, given: ValidationArguments) => boolean,
): PropertyDecorator {
  return ValidateBy({
    name,
    validator: {
      validate: (value: unknown, given) => given !== undefined && holds(value, given),
      defaultMessage: buildMessage((each) => `${each}${message}`),
    },
  });
}
