import { evolve, readSessionEvent, unopened } from '@ledger/session';
import type { Session, SessionEvent, SessionKey } from '@ledger/session';
import { canon } from '@ledger/units';

import { Streams } from './streams';
import type { StreamFold, StreamsLimits, StreamsPorts } from './streams';

/** Placeholder of a session that nothing is known of; whoever opens it names it. */
const NOBODY: SessionKey = { session: '', tenant: '', station: '', transaction: '' };

const SESSION_FOLD: StreamFold<Session, SessionEvent> = {
  initial: () => unopened(NOBODY),
  evolve,
  read: readSessionEvent,
  write: ({ type, ...fields }) => ({ type, data: canon(fields) }),
  weigh: ({ kept }) => kept.size + 1,
};

/** The writer of session streams. */
export type SessionStreams = Streams<Session, SessionEvent>;

/** Opens the writer of session streams. */
export function openSessionStreams(ports: StreamsPorts, limits: StreamsLimits): SessionStreams {
  return new Streams(ports, SESSION_FOLD, limits);
}
