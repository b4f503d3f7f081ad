import { readStatement, StatementUnreadable } from '@ledger/meter';
import type { Statement } from '@ledger/meter';
import type { FeedBatch, FeedMessage, FeedRecord } from '@ledger/ports';
import { receive, sessionIdOf, settle, unopened } from '@ledger/session';
import type { Decision, Session, SessionKey } from '@ledger/session';
import { decodeUtf8, sessionStream } from '@ledger/units';
import type { Instant } from '@ledger/units';

import type { AcceptPorts } from './accept';
import type { Causation } from './chained-append';
import { writeQuarantined, writeReceipt } from './messages';
import { UNNAMED_GATEWAY, keep } from './quarantine';
import type { Receipt } from './messages';
import type { SessionStreams } from './session-streams';

/** What folding needs. */
export interface FoldPorts extends AcceptPorts {
  readonly sessions: SessionStreams;
}

/** A statement with its place on the feed. */
interface Delivered {
  readonly statement: Statement;
  /** Partition and offset, as `partition/offset`. */
  readonly origin: string;
}

/** How many verdicts of each kind a batch gave. */
export type VerdictCounts = Readonly<Partial<Record<Receipt['verdict'], number>>>;

/**
 * Folds one batch of the feed: each statement into its session's stream, each message answered with a receipt, and only
 * then the offset committed. A record that cannot be read is quarantined and stops nobody.
 */
export async function fold(ports: FoldPorts, batch: FeedBatch): Promise<VerdictCounts> {
  const receipts: Receipt[] = [];
  const poison: FeedMessage[] = [];
  const bySession = new Map<string, Delivered[]>();
  for (const record of batch.records) {
    const origin = `${batch.partition}/${record.offset}`;
    try {
      const statement = readStatement(textOf(record));
      group(bySession, statement, { statement, origin });
    } catch (error) {
      if (!(error instanceof StatementUnreadable)) throw error;
      receipts.push(await quarantined(ports, { record, origin, error }, poison));
    }
  }
  const heartbeat = batch.heartbeat();
  const answers = await Promise.all([...bySession].map(([id, delivered]) => foldSession(ports, id, delivered)));
  await heartbeat;
  receipts.push(...answers.flat());
  await answer(ports, receipts, poison);
  ports.crash('before-commit');
  const last = batch.records.at(-1);
  if (last !== undefined && !batch.isStale()) await batch.commitThrough(last.offset);
  ports.crash('after-commit');
  return counted(receipts);
}

function textOf({ value }: FeedRecord): string {
  const text = decodeUtf8(value);
  if (typeof text !== 'string') throw new StatementUnreadable('', `byte ${text.invalidAt} is not UTF-8`);
  return text;
}

function group(bySession: Map<string, Delivered[]>, statement: Statement, delivered: Delivered): void {
  const { tenant, station, transaction = '' } = statement;
  const id = sessionIdOf({ tenant, station, transaction });
  const others = bySession.get(id);
  if (others === undefined) bySession.set(id, [delivered]);
  else others.push(delivered);
}

async function foldSession(ports: FoldPorts, id: string, delivered: readonly Delivered[]): Promise<readonly Receipt[]> {
  const now = ports.clock.now();
  return ports.sessions.decide(sessionStream(id), (work) => {
    const receipts: Receipt[] = [];
    for (const { statement, origin } of delivered) {
      const decision = receive(statement, opened(work.state(), id, statement), { origin });
      work.add(decision.events, causeOf(statement, origin, now));
      receipts.push(receiptOf(statement, origin, decision, { session: id, at: now }));
    }
    const last = delivered.at(-1);
    if (last !== undefined) work.add(settle(work.state()), causeOf(last.statement, last.origin, now));
    return receipts;
  });
}

function opened(session: Session, id: string, statement: Statement): Session {
  if (session.status !== 'unopened') return session;
  const { tenant, station, transaction = '' } = statement;
  const key: SessionKey = { session: id, tenant, station, transaction };
  return unopened(key);
}

function causeOf({ tenant, gateway, messageId }: Statement, origin: string, recordedAt: Instant): Causation {
  return { tenant, recordedAt, correlation: `${gateway}/${messageId}`, causation: `meter-events/${origin}` };
}

function receiptOf(
  statement: Statement,
  origin: string,
  decision: Decision,
  given: { readonly session: string; readonly at: Instant },
): Receipt {
  const { tenant, gateway, messageId, receivedAt } = statement;
  const { verdict, revision } = decision;
  return { tenant, gateway, id: messageId, verdict, revision: `${revision}`, receivedAt, delivery: origin, ...given };
}

async function quarantined(
  ports: FoldPorts,
  poisoned: { readonly record: FeedRecord; readonly origin: string; readonly error: StatementUnreadable },
  poison: FeedMessage[],
): Promise<Receipt> {
  const { record, origin, error } = poisoned;
  const at = ports.clock.now();
  const tenant = record.key?.split(':', 1)[0] ?? '';
  const kept = await keep(ports, {
    tenant,
    gateway: UNNAMED_GATEWAY,
    status: 'refused',
    code: error.code,
    reason: error.message,
    receivedAt: record.publishedAt,
    message: { text: record.value },
  });
  poison.push({ key: UNNAMED_GATEWAY, value: writeQuarantined(kept) });
  const { message: id, code, reason, receivedAt } = kept;
  return {
    tenant,
    gateway: UNNAMED_GATEWAY,
    id,
    verdict: 'quarantined',
    code,
    reason,
    receivedAt,
    at,
    delivery: origin,
  };
}

async function answer(ports: FoldPorts, receipts: readonly Receipt[], poison: readonly FeedMessage[]): Promise<void> {
  if (poison.length > 0) await ports.feed.publish('meter-quarantine', poison);
  ports.crash('before-receipts');
  const messages = receipts.map((receipt) => ({ key: receipt.gateway, value: writeReceipt(receipt) }));
  if (messages.length > 0) await ports.feed.publish('meter-receipts', messages);
}

function counted(receipts: readonly Receipt[]): VerdictCounts {
  const counts: Partial<Record<Receipt['verdict'], number>> = {};
  for (const { verdict } of receipts) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}
