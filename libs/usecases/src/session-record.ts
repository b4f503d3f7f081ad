import { NO_HOLDS, foldHolds } from '@ledger/session';
import type { Assessment, Hold, HoldBook, Remaining, SessionEvent } from '@ledger/session';
import type { Statement } from '@ledger/meter';
import { canon } from '@ledger/units';
import type { CanonicalText, Instant } from '@ledger/units';

/** What billing remembers of one session: folded from its events without keeping the statements. */
export interface SessionRecord {
  readonly id: string;
  readonly tenant: string;
  readonly station: string;
  readonly evse?: string | undefined;
  readonly connector?: string | undefined;
  readonly transaction: string;
  readonly aliases: readonly string[];
  /** `void`: all its statements belong to other sessions; it leaves the tables, until a statement opens it again. */
  readonly status: 'open' | 'closed' | 'provisional' | 'void';
  readonly statements: number;
  /** Earliest device time so far: what an open session is sorted by. */
  readonly firstAt?: Instant | undefined;
  /** Latest time of receipt so far: decides when the session is due for closing, nothing else. */
  readonly lastReceivedAt?: Instant | undefined;
  /** When the event was recorded that changed the session, or its price, last. Decides what a partner has not seen yet. */
  readonly changedAt?: Instant | undefined;
  readonly hasEnded: boolean;
  readonly subject?: string | undefined;
  readonly tokenGroup?: string | undefined;
  readonly tokenAt?: Instant | undefined;
  readonly assessment?: Assessment | undefined;
  readonly fromStatements: readonly Hold[];
  readonly fromOutside: readonly Hold[];
  readonly released: readonly string[];
  /** Revision of the last event folded, as decimal text. */
  readonly revision: string;
}

/** Folds one event; `undefined` before the first one. Events before an opening are impossible and ignored. */
export function recordAfter(
  record: SessionRecord | undefined,
  event: SessionEvent,
  revision: bigint,
): SessionRecord | undefined {
  if (event.type === 'SessionOpened') return openedRecord(event, revision);
  if (record === undefined) return undefined;
  return changedBy(record, event, `${revision}`);
}

function changedBy(
  record: SessionRecord,
  event: Exclude<SessionEvent, { type: 'SessionOpened' }>,
  place: string,
): SessionRecord {
  switch (event.type) {
    case 'StatementRecorded':
      return withStatement(record, event.statement, place);
    case 'StatementConflicted':
      return withStatement({ ...record, ...holdsAfter(record, event) }, event.statement, place);
    case 'StatementsWithdrawn':
      return withdrawnFrom({ ...record, ...holdsAfter(record, event), revision: place }, event.remaining);
    case 'SessionClosed':
    case 'SessionAmended': {
      const { assessment } = event;
      const status = assessment.hasEnd ? 'closed' : 'provisional';
      return { ...record, ...holdsAfter(record, event), revision: place, status, assessment };
    }
    case 'StatementReceivedEarlier':
    case 'SessionHeld':
    case 'SessionReleased':
      return { ...record, ...holdsAfter(record, event), revision: place };
  }
}

/** The holds of a record in the form that the session module folds. */
export function holdBookOf(record: SessionRecord): HoldBook {
  const { fromStatements, fromOutside, released } = record;
  return { fromStatements, fromOutside, released: new Set(released) };
}

/** When a session changed last, as far as it is known. */
export function changedAtOf({ changedAt, lastReceivedAt, firstAt }: SessionRecord): Instant {
  return changedAt ?? lastReceivedAt ?? firstAt ?? BEFORE_ANYTHING;
}

const BEFORE_ANYTHING = '0000-01-01T00:00:00.000Z' as Instant;

/** Canonical text of a record, as the read model keeps it. */
export function writeRecord(record: SessionRecord): CanonicalText {
  return canon(record);
}

/** Reads a record that `writeRecord` wrote. */
export function readRecord(body: string): SessionRecord {
  return JSON.parse(body) as SessionRecord;
}

function openedRecord(event: Extract<SessionEvent, { type: 'SessionOpened' }>, revision: bigint): SessionRecord {
  const { session, tenant, station, evse, connector, transaction } = event;
  // In canonical order, and with every field that may come: all records then share one layout.
  return {
    aliases: [],
    assessment: undefined,
    changedAt: undefined,
    connector,
    evse,
    firstAt: undefined,
    fromOutside: [],
    fromStatements: [],
    hasEnded: false,
    id: session,
    lastReceivedAt: undefined,
    released: [],
    revision: `${revision}`,
    station,
    statements: 0,
    status: 'open',
    subject: undefined,
    tenant,
    tokenAt: undefined,
    tokenGroup: undefined,
    transaction,
  };
}

function holdsAfter(
  record: SessionRecord,
  event: SessionEvent,
): Pick<SessionRecord, 'fromStatements' | 'fromOutside' | 'released'> {
  const { fromStatements, fromOutside, released } = foldHolds({ ...NO_HOLDS, ...holdBookOf(record) }, event);
  return { fromStatements, fromOutside, released: [...released].sort() };
}

function withStatement(record: SessionRecord, statement: Statement, revision: string): SessionRecord {
  const { at, receivedAt, kind, evse, connector } = statement;
  const { firstAt, lastReceivedAt } = record;
  const { subject, tokenGroup, tokenAt } = tokenAfter(record, statement);
  return {
    ...record,
    aliases: withAliases(record, statement),
    connector: record.connector ?? connector,
    evse: record.evse ?? evse,
    firstAt: firstAt === undefined || at < firstAt ? at : firstAt,
    hasEnded: record.hasEnded || kind === 'ended',
    lastReceivedAt: lastReceivedAt === undefined || receivedAt > lastReceivedAt ? receivedAt : lastReceivedAt,
    revision,
    statements: record.statements + 1,
    subject,
    tokenAt,
    tokenGroup,
  };
}

/** What a record keeps when statements leave the session; of one without any nothing is left but its name. */
function withdrawnFrom(record: SessionRecord, remaining: Remaining | undefined): SessionRecord {
  const { id, tenant, station, transaction, fromStatements, fromOutside, released, revision, assessment } = record;
  const named = { id, tenant, station, transaction, fromStatements, fromOutside, released, revision };
  if (remaining === undefined) return { ...named, aliases: [], status: 'void', statements: 0, hasEnded: false };
  const { names, ...rest } = remaining;
  const aliases = names.filter((name) => name !== transaction);
  return { ...named, ...rest, aliases, status: record.status, ...(assessment === undefined ? {} : { assessment }) };
}

/** The token of the earliest statement that has one names the subject; at the same moment the lower group counts. */
function tokenAfter(
  record: SessionRecord,
  { at, token }: Statement,
): Pick<SessionRecord, 'subject' | 'tokenGroup' | 'tokenAt'> {
  const { subject, tokenGroup, tokenAt } = record;
  if (token === undefined) return record;
  const group = token.group ?? '';
  const isFirst = tokenAt === undefined || at < tokenAt || (at === tokenAt && group < (tokenGroup ?? ''));
  if (!isFirst && subject !== undefined) return record;
  return { subject: token.subject, tokenAt: at, tokenGroup: token.group ?? tokenGroup };
}

/** A start that was answered twice is known under both ids: whatever its statements call it is a name of the session. */
function withAliases({ transaction, aliases }: SessionRecord, statement: Statement): readonly string[] {
  if (statement.aliases === undefined && (statement.transaction ?? transaction) === transaction) return aliases;
  const names = [...(statement.aliases ?? []), ...(statement.transaction === undefined ? [] : [statement.transaction])];
  const isNew = (name: string): boolean => name !== transaction && !aliases.includes(name);
  return names.some(isNew) ? [...new Set([...aliases, ...names.filter(isNew)])].sort() : aliases;
}
