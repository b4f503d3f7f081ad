import { JsonNumber, isJsonArray, isJsonObject } from '@ledger/units';
import type { JsonValue } from '@ledger/units';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';

import { MeterEventDto } from './meter-event.dto';

const ATTRIBUTES = new Set(['specversion', 'id', 'source', 'type', 'subject', 'time', 'data']);
const OPTIONAL_ATTRIBUTES = new Set(['datacontenttype', 'dataschema']);
const EXTENSION = /^[a-z0-9]+$/;

/**
 * Whether the declared edge takes a normalised event. The stream is served by the reader of `@ledger/meter`, which is
 * faster; a property test shows that both take the same events.
 */
export function isTakenAtTheEdge(value: JsonValue): boolean {
  if (!isJsonObject(value) || !hasPlainExtensions(value)) return false;
  const declared = Object.fromEntries(Object.entries(value).filter(([name]) => ATTRIBUTES.has(name)));
  const event = plainToInstance(MeterEventDto, plainOf(declared as JsonValue));
  const errors = validateSync(event, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
  });
  return errors.length === 0 && hasWhatItsKindNeeds(event);
}

function hasWhatItsKindNeeds({ type, data }: MeterEventDto): boolean {
  const [, , kind] = type.split('.');
  if (kind === 'status') return data.chargingState !== undefined;
  return kind === 'updated' || data.transaction !== undefined;
}

function hasPlainExtensions(event: Readonly<Record<string, JsonValue | undefined>>): boolean {
  return Object.entries(event).every(([name, value]) => {
    if (ATTRIBUTES.has(name)) return true;
    const isNamed = OPTIONAL_ATTRIBUTES.has(name) || EXTENSION.test(name);
    return isNamed && (typeof value !== 'object' || value === null || value instanceof JsonNumber);
  });
}

/** JSON as class-validator expects it. A decimal keeps its text; where a whole number is asked for it is one. */
function plainOf(value: JsonValue, name = ''): unknown {
  if (value instanceof JsonNumber) {
    return name === 'value' ? value.text : Number(value.text);
  }
  if (isJsonArray(value)) return value.map((item) => plainOf(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, plainOf(inner ?? null, member)]));
}
