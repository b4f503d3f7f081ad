import type { FeedBatch, FeedRecord, ReadChange, ReadModel } from '@ledger/ports';

import { UnreadableMessage, readQuarantined, readReceipt } from './messages';

/** The consumer groups that fill the tables of answers. */
export const RECEIPTS_GROUP = 'receipts';
export const QUARANTINE_GROUP = 'quarantine';

/**
 * Files one batch of receipts or quarantined messages so that they can be asked for, rows and checkpoint in one
 * transaction, then commits the offset. The same batch again changes nothing.
 */
export async function file(model: ReadModel, batch: FeedBatch): Promise<void> {
  const last = batch.records.at(-1);
  if (last === undefined) return;
  const changes = batch.records.flatMap((record) => changeOf(batch.topic, record));
  const projection = `${batch.topic}/${batch.partition}`;
  const expected = await model.checkpoint(projection);
  // A batch that comes again may end before the checkpoint, which never moves back.
  const position = expected === 'none' || last.offset > expected ? last.offset : expected;
  await model.apply({ projection, expected, position, changes });
  if (!batch.isStale()) await batch.commitThrough(last.offset);
}

function changeOf(topic: FeedBatch['topic'], record: FeedRecord): readonly ReadChange[] {
  try {
    return [topic === 'meter-receipts' ? receiptChange(record) : quarantineChange(record)];
  } catch (error) {
    // Whoever publishes something else on a topic of ours is not answered; the topic keeps it.
    if (error instanceof UnreadableMessage) return [];
    throw error;
  }
}

function receiptChange(record: FeedRecord): ReadChange {
  const receipt = readReceipt(record.value);
  const { tenant, gateway, id: message, verdict, session, at, delivery } = receipt;
  return {
    kind: 'put',
    table: 'receipts',
    row: {
      tenant,
      id: `${gateway} ${message} ${delivery}`,
      sort: at,
      columns: { gateway, message, verdict, ...(session === undefined ? {} : { session }) },
      body: textOf(record.value),
    },
  };
}

function quarantineChange(record: FeedRecord): ReadChange {
  const { tenant, id, gateway, message, code, status, receivedAt } = readQuarantined(record.value);
  return {
    kind: 'put',
    table: 'quarantine',
    row: { tenant, id, sort: receivedAt, columns: { gateway, message, code, status }, body: textOf(record.value) },
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
