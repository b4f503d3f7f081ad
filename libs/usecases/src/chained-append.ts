import { chainHash, genesis } from '@ledger/audit';
import type { ExpectedRevision, NewEvent, RecordedEvent } from '@ledger/ports';
import { canon, uuidV5 } from '@ledger/units';
import type { CanonicalText, Digest, Instant } from '@ledger/units';

/** Where a stream ends: the revision of its last event and the chain hash there (`genesis` for an unwritten stream). */
export interface StreamHead {
  readonly revision: ExpectedRevision;
  readonly hash: Digest;
}

/** An event before it has a place in its stream. */
export interface EventDraft {
  readonly type: string;
  readonly data: CanonicalText;
}

/** What goes into the metadata of every event of one append. */
export interface Causation {
  readonly tenant: string;
  readonly recordedAt: Instant;
  /** Ties together all that follows from one message or command. */
  readonly correlation: string;
  /** The message, command or event that led to this. */
  readonly causation: string;
}

/** The head of a stream that was never written. */
export function unwritten(stream: string): StreamHead {
  return { revision: 'none', hash: genesis(stream) };
}

/** The head after an event that was read. */
export function headAfter(event: RecordedEvent): StreamHead {
  return { revision: event.revision, hash: chainHash(event) };
}

/**
 * Gives a draft its id, metadata and place behind `head` (`audit.md`, section 2). The id is a UUIDv5 of all that is
 * stored: a store that compares ids alone can then never take another content for this one.
 */
export function chained(head: StreamHead, draft: EventDraft, cause: Causation): { event: NewEvent; head: StreamHead } {
  const revision = head.revision === 'none' ? 0n : head.revision + 1n;
  const { type, data } = draft;
  const { causation, correlation, recordedAt, tenant } = cause;
  const metadata = canon({ causation, correlation, prev: head.hash, recordedAt, tenant });
  const event: NewEvent = { id: uuidV5(`${type}\n${data}\n${metadata}`), type, data, metadata };
  return { event, head: { revision, hash: chainHash({ revision, ...event }) } };
}
