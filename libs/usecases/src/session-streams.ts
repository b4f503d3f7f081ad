import { writeStatement } from '@ledger/meter';
import { evolve, readSessionEvent, unopened, writeSessionEvent } from '@ledger/session';
import type { Session, SessionEvent, SessionKey, StatementConflicted, StatementRecorded } from '@ledger/session';
import { canon } from '@ledger/units';
import type { CanonicalText } from '@ledger/units';

import type { EventDraft } from './chained-append';
import { Streams } from './streams';
import type { StreamFold, StreamsLimits, StreamsPorts } from './streams';

/** Placeholder of a session that nothing is known of; whoever opens it names it. */
const NOBODY: SessionKey = { session: '', tenant: '', station: '', transaction: '' };

/** What a session takes in memory without its statements. */
const SESSION_BYTES = 2_000;

const SESSION_FOLD: StreamFold<Session, SessionEvent> = {
  initial: () => unopened(NOBODY),
  evolve,
  read: readSessionEvent,
  write: sessionEventDraft,
  weigh: ({ kept }) => SESSION_BYTES + kept.bytes,
  isSettled: ({ status }) => status === 'closed',
};

/**
 * What `writeSessionEvent` writes, faster: a statement lies in canonical order already, and its name comes after those of
 * all other fields of an event that holds one.
 */
export function sessionEventDraft(event: SessionEvent): EventDraft {
  switch (event.type) {
    case 'StatementRecorded': {
      const { isInferred, origin } = event;
      return statementDraft<StatementRecorded>(event, { isInferred, origin });
    }
    case 'StatementConflicted': {
      const { digestHeld, origin } = event;
      return statementDraft<StatementConflicted>(event, { digestHeld, origin });
    }
    case 'SessionOpened':
    case 'StatementReceivedEarlier':
    case 'StatementsWithdrawn':
    case 'SessionClosed':
    case 'SessionAmended':
    case 'SessionHeld':
    case 'SessionReleased':
      return writeSessionEvent(event);
  }
}

/** Writes an event with its statement; the compiler sees to it that none of the other members is forgotten. */
function statementDraft<Event extends StatementRecorded | StatementConflicted>(
  { type, statement }: Event,
  members: Readonly<Record<keyof Omit<Event, 'type' | 'statement'>, unknown>>,
): EventDraft {
  const others = canon(members).slice(1, -1);
  const separator = others === '' ? '' : ',';
  return { type, data: `{${others}${separator}"statement":${writeStatement(statement)}}` as CanonicalText };
}

/** The writer of session streams. */
export type SessionStreams = Streams<Session, SessionEvent>;

/** Opens the writer of session streams. */
export function openSessionStreams(ports: StreamsPorts, limits: StreamsLimits): SessionStreams {
  return new Streams(ports, SESSION_FOLD, limits);
}
