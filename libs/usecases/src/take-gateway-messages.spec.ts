import type { FeedBatch, FeedMessage } from '@ledger/ports';

import { meterEvent } from '../../../test/support/events';
import { allRows } from '../../../test/support/invariants';
import { Pipeline, TENANT } from '../../../test/support/pipeline';
import { readQuarantined } from './messages';
import { openQuarantined } from './retry-quarantined';
import { GATEWAY_KEPT_BYTES_MAX, GATEWAY_MESSAGES_GROUP, takeGatewayMessages } from './take-gateway-messages';
import type { GatewayReader } from './take-gateway-messages';

const EVENT = meterEvent({
  ...{ station: 'ST-1', transaction: 'tx-1', kind: 'started', at: '2026-05-01T07:00:00.000Z', registerWh: '1000' },
  data: { seqNo: 0 },
});
const NEIGHBOUR: FeedMessage = { key: null, value: JSON.stringify(EVENT) };

/** Unwraps what says that it is wrapped; the real binding is proven beside its adapter. */
const reader: GatewayReader = ({ value, headers }) =>
  headers['wrong'] === undefined
    ? { kind: 'event', json: Buffer.from(value).toString() }
    : { kind: 'unreadable', code: 'bad-attribute', reason: headers['wrong'] };

describe('taking what gateways write to the feed', () => {
  let pipeline: Pipeline;
  beforeEach(() => {
    pipeline = Pipeline.open();
  });
  afterEach(() => pipeline.end());

  it('folds what is understood, and the same batch again adds nothing', async () => {
    await taken([NEIGHBOUR, NEIGHBOUR]);
    expect(await pipeline.settle()).toEqual({ recorded: 1, duplicate: 1 });
  });

  it('keeps what cannot be unwrapped with its reason and its headers, sealed, and lets its neighbour pass', async () => {
    const headers = { wrong: 'this is no attribute', ce_token: 'CANARY-1' };
    await taken([{ key: 'k', value: 'CANARY-2', headers }, NEIGHBOUR]);
    expect(await pipeline.settle()).toEqual({ recorded: 1 });
    const [kept] = await quarantined();
    expect(kept).toMatchObject({ code: 'bad-attribute', reason: 'this is no attribute', bytes: 8 });
    expect(JSON.stringify(kept)).not.toMatch(/CANARY/);
    expect(kept?.sealedHeaders).toBeDefined();
  });

  it('keeps a message whole that is too large to be read, and of one too large to be kept the beginning', async () => {
    const big = 'x'.repeat(GATEWAY_KEPT_BYTES_MAX);
    await taken([{ key: null, value: big }]);
    await taken([{ key: null, value: `${big}y` }]);
    await taken([NEIGHBOUR]);
    expect(await pipeline.settle()).toEqual({ recorded: 1 });
    const kept = await quarantined();
    expect(kept.map(({ code, isCut, bytes }) => ({ code, isCut, bytes })).sort((a, b) => a.bytes - b.bytes)).toEqual([
      { code: 'json-too-large', isCut: false, bytes: big.length },
      { code: 'json-too-large', isCut: true, bytes: big.length + 1 },
    ]);
    const [whole] = kept.filter(({ isCut }) => !isCut);
    if (whole === undefined) throw new Error('nothing was kept whole');
    const opened = await openQuarantined(pipeline, whole);
    expect(opened.ok && Buffer.from(opened.bytes).toString() === big).toBe(true);
  });

  it('keeps what the feed cannot read as it lies there, cut where it is too large, and lets its neighbours pass', async () => {
    const packed = 'z'.repeat(GATEWAY_KEPT_BYTES_MAX + 1);
    const unreadable = (batch: FeedBatch): FeedBatch => ({
      ...bound(batch),
      records: batch.records.map((record) =>
        record.value.length === packed.length ? { ...record, unreadable: 'gzip: too much' } : record,
      ),
    });
    await taken([NEIGHBOUR, { key: null, value: packed }, NEIGHBOUR], unreadable);
    expect(await pipeline.settle()).toEqual({ recorded: 1, duplicate: 1 });
    expect(await quarantined()).toMatchObject([
      { code: 'feed-unreadable', reason: 'gzip: too much', isCut: true, bytes: packed.length },
    ]);
  });

  async function taken(
    messages: readonly FeedMessage[],
    altered: (batch: FeedBatch) => FeedBatch = (batch) => batch,
  ): Promise<void> {
    const { feed, keys, clock, random, crash } = pipeline;
    await feed.publish('gateway-messages', messages);
    const ports = { feed, keys, clock, random, crash, gatewayMessages: reader };
    const onBatch = async (batch: FeedBatch): Promise<void> => {
      await takeGatewayMessages(ports, { tenant: TENANT }, altered(batch));
    };
    const consumption = feed.consume({ topic: 'gateway-messages', group: GATEWAY_MESSAGES_GROUP }, onBatch);
    while ((await feed.lag('gateway-messages', GATEWAY_MESSAGES_GROUP)) > 0n)
      await Promise.race([consumption.ended, new Promise((resolve) => setImmediate(resolve))]);
    await consumption.stop();
    await consumption.ended;
  }

  async function quarantined(): Promise<readonly ReturnType<typeof readQuarantined>[]> {
    const rows = await allRows(pipeline.model, 'quarantine', TENANT);
    return rows.map(({ body }) => readQuarantined(Buffer.from(body)));
  }
});

/** A batch whose fields can be replaced, with its calls still those of the feed. */
function bound(batch: FeedBatch): FeedBatch {
  const { topic, partition, records, missing } = batch;
  return {
    ...{ topic, partition, records, missing },
    commitThrough: (offset) => batch.commitThrough(offset),
    heartbeat: () => batch.heartbeat(),
    isStale: () => batch.isStale(),
  };
}
