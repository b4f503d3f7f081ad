import { completeStatement, readCloudEvent, writeStatement } from '@ledger/meter';
import type { ReadOutcome, Statement, StatementDraft } from '@ledger/meter';
import type { Clock, CrashPoint, FeedMessage, KeyStore, MeterFeed, Random } from '@ledger/ports';
import { isJsonObject, readJson, uuidV5 } from '@ledger/units';
import type { Instant } from '@ledger/units';

import { writeQuarantined, writeReceipt } from './messages';
import type { Receipt } from './messages';
import { UNNAMED_GATEWAY, keep } from './quarantine';
import type { Message, Misread } from './quarantine';
import { holdsNothingPersonal, sealStatement } from './seal-statement';
import { TRACE_HEADER, traceOf } from './trace';

/** What accepting needs. */
export interface AcceptPorts {
  readonly feed: MeterFeed;
  readonly keys: KeyStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly crash: CrashPoint;
}

/** Who sends. `gateway` is known when the caller proved who it is; the messages must then name it as their source. */
export interface Sender {
  readonly tenant: string;
  /** By which what follows is found in the logs, unless a message brings a `traceparent` of its own. */
  readonly trace?: string;
  readonly gateway?: string;
}

/** One message that could not be understood, as the sender is told. */
export interface Refusal {
  readonly index: number;
  readonly id?: string;
  readonly code: string;
  readonly reason: string;
  readonly pointer?: string;
  /** Under which it is kept (`GET /v1/quarantine`). */
  readonly quarantine: string;
}

/** What became of the messages of one call. All of them are durable: on the feed or in quarantine. */
export interface Accepted {
  readonly accepted: number;
  readonly quarantined: readonly Refusal[];
}

interface Outbox {
  /** In the order in which they came. */
  readonly events: FeedMessage[];
  /** Fulfilled when each message that is still being sealed stands in its place among the events. */
  readonly sealing: Promise<void>[];
  readonly quarantine: FeedMessage[];
  readonly receipts: FeedMessage[];
  readonly refusals: Refusal[];
  accepted: number;
}

/**
 * Takes messages: reads them strictly, seals what is personal, publishes canonical statements and returns once everything
 * is durable. What cannot be understood goes to quarantine whole and sealed; its neighbours are unharmed.
 * @throws FeedFull, FeedUnavailable: then nothing was promised, and sending again is harmless
 */
export async function accept(ports: AcceptPorts, sender: Sender, messages: readonly Message[]): Promise<Accepted> {
  const receivedAt = ports.clock.now();
  const outbox: Outbox = { events: [], sealing: [], quarantine: [], receipts: [], refusals: [], accepted: 0 };
  const context = { ...sender, receivedAt };
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index];
    if (message === undefined) continue;
    const { outcome, trace = sender.trace } = understand(message, context);
    const pending = sort(ports, { sender, message, outcome, trace, index, receivedAt }, outbox);
    if (pending !== undefined) await pending;
  }
  await Promise.all(outbox.sealing);
  ports.crash('before-publish');
  await publish(ports.feed, 'meter-quarantine', outbox.quarantine);
  await publish(ports.feed, 'meter-receipts', outbox.receipts);
  await publish(ports.feed, 'meter-events', outbox.events);
  ports.crash('after-publish');
  return { accepted: outbox.accepted, quarantined: outbox.refusals };
}

interface Delivery {
  readonly sender: Sender;
  readonly message: Message;
  readonly outcome: ReadOutcome | Misread;
  readonly trace: string | undefined;
  readonly index: number;
  readonly receivedAt: Instant;
}

/** What a message says, and the trace that it brings along (CloudEvents, extension Distributed Tracing). */
interface Understood {
  readonly outcome: ReadOutcome | Misread;
  readonly trace?: string;
}

function understand(message: Message, context: Sender & { readonly receivedAt: Instant }): Understood {
  const { text, fullBytes, unreadable } = message;
  if (unreadable !== undefined) return { outcome: { status: 'refused', ...unreadable } };
  if (fullBytes !== undefined) {
    const reason = `the message has ${fullBytes} bytes, more than a message may have`;
    return { outcome: { status: 'refused', code: 'json-too-large', reason } };
  }
  const reading = readJson(text);
  if (!reading.ok) {
    const { code, reason, pointer } = reading;
    return { outcome: { status: 'refused', code, reason, pointer } };
  }
  const outcome = readCloudEvent(reading.value, context);
  const trace = isJsonObject(reading.value) ? traceOf(reading.value['traceparent']) : undefined;
  return trace === undefined ? { outcome } : { outcome, trace };
}

/** Puts one message where it belongs. Tokens are sealed side by side, so that new subjects share one commit. */
function sort(ports: AcceptPorts, delivery: Delivery, outbox: Outbox): Promise<void> | undefined {
  const { outcome } = delivery;
  if (outcome.status === 'refused') return quarantine(ports, delivery, outcome, outbox);
  outbox.accepted += 1;
  if (outcome.status === 'no-fact') {
    const { id = '', gateway = UNNAMED_GATEWAY, because } = outcome;
    const { receivedAt, sender } = delivery;
    const delivered = uuidV5(`no-fact\n${sender.tenant}\n${gateway}\n${id}`);
    outbox.receipts.push(
      receiptMessage({
        tenant: sender.tenant,
        gateway,
        id,
        verdict: 'no-fact',
        reason: because,
        receivedAt,
        at: receivedAt,
        delivery: delivered,
      }),
    );
    return undefined;
  }
  const { trace } = delivery;
  for (const draft of outcome.drafts) {
    if (holdsNothingPersonal(draft)) outbox.events.push(statementMessage(completeStatement(draft), trace));
    else addSealed(ports, draft, outbox, trace);
  }
  return undefined;
}

/** Stands in the place of a message until it is sealed. */
const UNSEALED: FeedMessage = { key: null, value: '' };

function addSealed(ports: AcceptPorts, draft: StatementDraft, outbox: Outbox, trace: string | undefined): void {
  const at = outbox.events.push(UNSEALED) - 1;
  const sealing = sealedMessage(ports, draft, trace).then((message) => {
    outbox.events[at] = message;
  });
  // It is awaited with all others; until then a failure must not count as one that nobody handles.
  sealing.catch(() => undefined);
  outbox.sealing.push(sealing);
}

async function sealedMessage(ports: AcceptPorts, draft: StatementDraft, trace?: string): Promise<FeedMessage> {
  return statementMessage(completeStatement(draft, await sealStatement(ports, draft)), trace);
}

function statementMessage(statement: Statement, trace?: string): FeedMessage {
  const message = { key: `${statement.tenant}:${statement.station}`, value: writeStatement(statement) };
  return trace === undefined ? message : { ...message, headers: { [TRACE_HEADER]: trace } };
}

function receiptMessage(receipt: Receipt): FeedMessage {
  return { key: receipt.gateway, value: writeReceipt(receipt) };
}

async function quarantine(ports: AcceptPorts, delivery: Delivery, refusal: Misread, outbox: Outbox): Promise<void> {
  const { sender, message, index, receivedAt } = delivery;
  const gateway = refusal.gateway ?? sender.gateway ?? UNNAMED_GATEWAY;
  const kept = await keep(ports, { ...refusal, tenant: sender.tenant, gateway, receivedAt, message });
  const { id: quarantineId, code, reason, pointer } = kept;
  outbox.quarantine.push({ key: gateway, value: writeQuarantined(kept) });
  outbox.receipts.push(
    receiptMessage({
      tenant: sender.tenant,
      gateway,
      id: kept.message,
      verdict: 'quarantined',
      code,
      reason,
      receivedAt,
      at: receivedAt,
      delivery: quarantineId,
    }),
  );
  outbox.refusals.push({
    index,
    ...(refusal.id === undefined ? {} : { id: refusal.id }),
    code,
    reason,
    ...(pointer === undefined ? {} : { pointer }),
    quarantine: quarantineId,
  });
}

async function publish(
  feed: MeterFeed,
  topic: 'meter-events' | 'meter-receipts' | 'meter-quarantine',
  messages: readonly FeedMessage[],
): Promise<void> {
  if (messages.length > 0) await feed.publish(topic, messages);
}
