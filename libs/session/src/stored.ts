import { checkedStatement } from '@ledger/meter';
import { canon, type CanonicalText } from '@ledger/units';
import type { AmendmentCause, Remaining, SessionEvent } from './events';
import { assessmentIn, boundIn, holdsIn } from './stored-assessment';
import {
  checkCount,
  checkInstants,
  checkTexts,
  flag,
  inside,
  instant,
  list,
  optionalText,
  placeOfEvent,
  SessionEventUnreadable,
  text,
  texts,
  wrong,
  type Place,
} from './stored-fields';

/** The event as it is stored: its type, and canonical text of everything else. */
export function writeSessionEvent(event: SessionEvent): { readonly type: string; readonly data: CanonicalText } {
  const { type, ...data } = event;
  return { type, data: canon(data) };
}

/** Reads an event as it was stored, checking all that it reads. @throws SessionEventUnreadable, StatementUnreadable */
export function readSessionEvent(type: string, dataJson: string): SessionEvent {
  const read = READERS.get(type);
  if (read === undefined) throw new SessionEventUnreadable(type, '', 'sessions have no such event');
  return read(placeOfEvent(type, dataJson));
}

const READERS: ReadonlyMap<string, (place: Place) => SessionEvent> = new Map<string, (place: Place) => SessionEvent>([
  [
    'SessionOpened',
    (place) => ({
      type: 'SessionOpened',
      session: text(place, 'session'),
      tenant: text(place, 'tenant'),
      station: text(place, 'station'),
      ...optionalText(place, 'evse'),
      ...optionalText(place, 'connector'),
      transaction: text(place, 'transaction'),
    }),
  ],
  [
    'StatementRecorded',
    (place) => ({
      type: 'StatementRecorded',
      statement: checkedStatement(place.fields['statement']),
      ...optionalText(place, 'origin'),
      ...(place.fields['isInferred'] === undefined ? {} : { isInferred: flag(place, 'isInferred') }),
    }),
  ],
  [
    'StatementConflicted',
    (place) => ({
      type: 'StatementConflicted',
      statement: checkedStatement(place.fields['statement']),
      digestHeld: text(place, 'digestHeld'),
      ...optionalText(place, 'origin'),
    }),
  ],
  [
    'StatementReceivedEarlier',
    (place) => ({
      type: 'StatementReceivedEarlier',
      identity: text(place, 'identity'),
      digest: text(place, 'digest'),
      receivedAt: instant(place, 'receivedAt'),
    }),
  ],
  [
    'StatementsWithdrawn',
    (place) => ({
      type: 'StatementsWithdrawn',
      statements: list(place, 'statements').map((one) => ({
        identity: text(one, 'identity'),
        digest: text(one, 'digest'),
        ...optionalText(one, 'to'),
      })),
      ...(place.fields['remaining'] === undefined ? {} : { remaining: remainingIn(inside(place, 'remaining')) }),
    }),
  ],
  [
    'SessionClosed',
    (place) => ({
      type: 'SessionClosed',
      assessment: assessmentIn(place),
      isProvisional: flag(place, 'isProvisional'),
      ...boundIn(place),
    }),
  ],
  [
    'SessionAmended',
    (place) => ({
      type: 'SessionAmended',
      assessment: assessmentIn(place),
      cause: cause(place),
      ...boundIn(place),
      ...(place.fields['isUnbounded'] === undefined ? {} : { isUnbounded: flag(place, 'isUnbounded') }),
    }),
  ],
  ['SessionHeld', (place) => ({ type: 'SessionHeld', holds: holdsIn(place) })],
  [
    'SessionReleased',
    (place) => ({
      type: 'SessionReleased',
      by: text(place, 'by'),
      reason: text(place, 'reason'),
      ...(place.fields['rules'] === undefined ? {} : { rules: texts(place, 'rules') }),
    }),
  ],
]);

function remainingIn(place: Place): Remaining {
  checkCount(place, 'statements');
  checkInstants(place, ['firstAt', 'lastReceivedAt'], ['tokenAt']);
  flag(place, 'hasEnded');
  texts(place, 'names');
  checkTexts(place, [], ['evse', 'connector', 'subject', 'tokenGroup']);
  return place.fields as unknown as Remaining;
}

const CAUSES: readonly AmendmentCause[] = [
  'late-statement',
  'conflicting-statement',
  'next-session',
  'statement-withdrawn',
];

function cause(place: Place): AmendmentCause {
  return (
    CAUSES.find((known) => known === place.fields['cause']) ?? wrong(place, 'cause', `one of ${CAUSES.join(', ')}`)
  );
}
