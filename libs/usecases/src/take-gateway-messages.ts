import type { FeedBatch, FeedRecord } from '@ledger/ports';

import { accept } from './accept';
import type { AcceptPorts, Accepted, Sender } from './accept';
import type { Message } from './quarantine';

/** The consumer group that takes what gateways write to the feed themselves. */
export const GATEWAY_MESSAGES_GROUP = 'ingestion';

/** Bytes that quarantine keeps of such a message: sealed and in base64 they must still fit into a message of our own. */
export const GATEWAY_KEPT_BYTES_MAX = 700_000;

/** The code of a record that the feed itself cannot read. */
export const FEED_UNREADABLE = 'feed-unreadable';

/** A message of the feed as the JSON text of one CloudEvent, or why it is none. */
export type GatewayEnvelope =
  | { readonly kind: 'event'; readonly json: string }
  | { readonly kind: 'unreadable'; readonly code: string; readonly reason: string };

/** Unwraps what a gateway wrote to the feed. Never throws. */
export type GatewayReader = (record: Pick<FeedRecord, 'value' | 'headers'>) => GatewayEnvelope;

/**
 * Takes one batch that gateways wrote to the feed: unwraps and accepts each message, keeps what cannot be understood in
 * quarantine, and commits the offset once everything is durable. The same batch again is answered as duplicates.
 * @throws FeedFull, FeedUnavailable, StaleBatch: then the batch comes again
 */
export async function takeGatewayMessages(
  ports: AcceptPorts & { readonly gatewayMessages: GatewayReader },
  sender: Sender,
  batch: FeedBatch,
): Promise<Accepted> {
  const messages = batch.records.map((record) => messageOf(record, ports.gatewayMessages));
  const heartbeat = batch.heartbeat();
  const [accepted] = await Promise.all([accept(ports, sender, messages), heartbeat]);
  ports.crash('before-commit');
  const last = batch.records.at(-1);
  if (last !== undefined && !batch.isStale()) await batch.commitThrough(last.offset);
  ports.crash('after-commit');
  return accepted;
}

function messageOf(record: FeedRecord, read: GatewayReader): Message {
  const { value, headers, unreadable } = record;
  if (unreadable !== undefined) return { ...kept(value), unreadable: { code: FEED_UNREADABLE, reason: unreadable } };
  const envelope = read(record);
  if (envelope.kind === 'event') return kept(Buffer.from(envelope.json));
  const { code, reason } = envelope;
  return { ...kept(value), unreadable: { code, reason }, headers };
}

/** What is kept of bytes that could not be read: all of them, or as much as quarantine holds. */
export function kept(bytes: Uint8Array): { readonly text: Uint8Array; readonly fullBytes?: number } {
  if (bytes.length <= GATEWAY_KEPT_BYTES_MAX) return { text: bytes };
  return { text: bytes.subarray(0, GATEWAY_KEPT_BYTES_MAX), fullBytes: bytes.length };
}
