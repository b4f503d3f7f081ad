import { checkedStatement } from '@ledger/meter';
import type { StatementKind } from '@ledger/meter';
import { canon, isDecimalText, type CanonicalText, type DecimalText } from '@ledger/units';
import {
  flag,
  instant,
  optionalText,
  placeOfEvent,
  SessionEventUnreadable,
  text,
  texts,
  wrong,
  type Place,
} from '../stored-fields';
import type { StationEvent } from './events';

/** The event as it is stored: its type, and canonical text of everything else. */
export function writeStationEvent(event: StationEvent): { readonly type: string; readonly data: CanonicalText } {
  const { type, ...data } = event;
  return { type, data: canon(data) };
}

/** Reads an event as it was stored, checking all that it reads. @throws SessionEventUnreadable, StatementUnreadable */
export function readStationEvent(type: string, dataJson: string): StationEvent {
  const read = READERS.get(type);
  if (read === undefined) throw new SessionEventUnreadable(type, '', 'stations have no such event');
  return read(placeOfEvent(type, dataJson));
}

const READERS: ReadonlyMap<string, (place: Place) => StationEvent> = new Map<string, (place: Place) => StationEvent>([
  [
    'TransactionBound',
    (place) => ({
      type: 'TransactionBound',
      session: text(place, 'session'),
      transaction: text(place, 'transaction'),
      ...optionalText(place, 'evse'),
      ...optionalText(place, 'connector'),
      ...optional(place, 'startedAt', instant),
      ...optional(place, 'seenAt', instant),
      ...optional(place, 'registerWh', decimal),
      ...optionalText(place, 'start'),
      ...optional(place, 'calls', texts),
      ...optional(place, 'isInferred', flag),
    }),
  ],
  [
    'TransactionAliased',
    (place) => ({ type: 'TransactionAliased', session: text(place, 'session'), alias: text(place, 'alias') }),
  ],
  [
    'TransactionEnded',
    (place) => ({
      type: 'TransactionEnded',
      session: text(place, 'session'),
      ...optionalText(place, 'transaction'),
      at: instant(place, 'at'),
    }),
  ],
  [
    'RegisterNoted',
    (place) => ({
      type: 'RegisterNoted',
      session: text(place, 'session'),
      startedAt: instant(place, 'startedAt'),
      endedAt: instant(place, 'endedAt'),
      ...optional(place, 'registerStartWh', decimal),
      ...optional(place, 'registerEndWh', decimal),
    }),
  ],
  [
    'StartAnswered',
    (place) => ({
      type: 'StartAnswered',
      call: text(place, 'call'),
      transaction: text(place, 'transaction'),
      ...optional(place, 'at', instant),
    }),
  ],
  ['StartRepeated', (place) => ({ type: 'StartRepeated', start: text(place, 'start'), call: text(place, 'call') })],
  [
    'StatementKept',
    (place) => ({
      type: 'StatementKept',
      statement: checkedStatement(place.fields['statement']),
      ...optionalText(place, 'origin'),
    }),
  ],
  [
    'StatementAttributed',
    (place) => ({
      type: 'StatementAttributed',
      session: text(place, 'session'),
      transaction: text(place, 'transaction'),
      identity: text(place, 'identity'),
      digest: text(place, 'digest'),
      ...optional(place, 'kind', kind),
      ...optional(place, 'at', instant),
      ...optionalText(place, 'evse'),
      ...optionalText(place, 'connector'),
    }),
  ],
  ['StatementDetached', (place) => ({ type: 'StatementDetached', identity: text(place, 'identity') })],
]);

const KINDS = ['started', 'updated', 'ended', 'reading', 'status', 'cost'] as const satisfies readonly StatementKind[];

function kind(place: Place, name: string): StatementKind {
  const value = text(place, name);
  return KINDS.find((known) => known === value) ?? wrong(place, name, `one of ${KINDS.join(', ')}`);
}

function optional<Name extends string, Value>(
  place: Place,
  name: Name,
  read: (place: Place, name: string) => Value,
): Partial<Record<Name, Value>> {
  const found: Partial<Record<string, Value>> = place.fields[name] === undefined ? {} : { [name]: read(place, name) };
  return found;
}

function decimal(place: Place, name: string): DecimalText {
  const value = text(place, name);
  return isDecimalText(value) ? value : wrong(place, name, 'decimal text');
}
