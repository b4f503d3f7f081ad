import { writeStatement } from '@ledger/meter';
import type { Statement } from '@ledger/meter';
import { StaleBatch } from '@ledger/ports';
import type { FeedBatch } from '@ledger/ports';
import { gate, reasonOf, until } from '@ledger/ports/trial.contract';

import { sessions } from '../../../test/support/fleet';
import { allEvents } from '../../../test/support/invariants';
import { Pipeline, TENANT } from '../../../test/support/pipeline';
import { said } from '../../../test/support/session-story';
import { STATIONS_PER_HEARTBEAT, fold } from './fold';
import { openSessionStreams } from './session-streams';
import { openStationStreams } from './station-streams';

const LIMITS = { states: 10, bytes: 100_000 };

describe('folding a batch', () => {
  it('puts what the feed cannot read into quarantine as it lies there, and goes on', async () => {
    const pipeline = Pipeline.open();
    const packed = Buffer.alloc(900_000, 'packed');
    await pipeline.feed.publish('meter-events', [{ key: `${TENANT}:ST-1`, value: packed }]);
    const counts: unknown[] = [];
    const consumption = pipeline.feed.consume({ topic: 'meter-events', group: 'ledger' }, async (batch) => {
      const { topic, partition, missing } = batch;
      const altered = {
        ...{ topic, partition, missing, isStale: () => batch.isStale(), heartbeat: () => batch.heartbeat() },
        records: batch.records.map((record) => ({ ...record, unreadable: 'zstd: too much' })),
        commitThrough: (offset: bigint) => batch.commitThrough(offset),
      };
      counts.push(await fold(portsOf(pipeline), altered));
    });
    await until('it was folded and committed', async () => (await pipeline.feed.lag('meter-events', 'ledger')) === 0n);
    await consumption.stop();
    expect(counts).toEqual([{ quarantined: 1 }]);
    await pipeline.settle();
    const { rows } = await pipeline.model.page({ table: 'quarantine', tenant: TENANT, order: 'by-id', limit: 5 });
    expect(rows.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { code: 'feed-unreadable', reason: 'the statement: zstd: too much', bytes: packed.length, isCut: true },
    ]);
    await pipeline.end();
  });

  it('reads its stations again when others may have had the partition meanwhile', async () => {
    const pipeline = Pipeline.open();
    const [ours, others] = [portsOf(pipeline), portsOf(pipeline)];
    const told = (kind: 'started' | 'updated' | 'ended', at: string): Statement =>
      said({ kind, at, transaction: '77', messageId: `${kind} ${at}`, identity: `${kind}/${at}`, register: '100' });
    await fold(ours, batchOf(0, told('started', '08:00')));
    await fold(others, batchOf(1, told('ended', '09:00'), told('started', '10:00')));
    // It adds nothing to the station's stream, where the store would tell that it moved on.
    await fold(ours, batchOf(3, told('updated', '10:30')));
    const events = await allEvents(pipeline.store);
    const streamOf = (id: string): string | undefined =>
      events.find(({ stream, data }) => stream.startsWith('session-') && data.includes(`"messageId":"${id}"`))?.stream;
    expect(streamOf('updated 10:30')).toBe(streamOf('started 10:00'));
    expect(streamOf('updated 10:30')).not.toBe(streamOf('started 08:00'));
    await pipeline.end();
  });

  it('tells again and again that it goes on, while it folds the stations of a long batch', async () => {
    const pipeline = Pipeline.open();
    const heartbeats: number[] = [];
    const stations = Array.from({ length: 2 * STATIONS_PER_HEARTBEAT + 1 }, (_, number) => `ST-${number}`);
    const batch = batchOf(0, ...stations.map((station): Statement => ({ ...begun(station), station })));
    const heartbeat = async (): Promise<void> => {
      heartbeats.push((await allEvents(pipeline.store)).length);
    };
    await fold(portsOf(pipeline), { ...batch, heartbeat });
    expect(heartbeats).toHaveLength(3);
    expect(heartbeats[0]).toBe(0);
    await pipeline.end();
  });

  it('ends with the loss of the partition, which it learns while it folds, and lets nothing fail unhandled', async () => {
    const pipeline = Pipeline.open();
    await pipeline.send(sessions(1));
    const ports = portsOf(pipeline);
    const { feed } = pipeline;
    const [outcomes, done] = [[] as unknown[], gate()];
    const consumption = feed.consume({ topic: 'meter-events', group: 'ledger' }, async (batch) => {
      const { heartbeat, isHandled } = lost();
      const folding = fold(ports, { ...batch, heartbeat });
      outcomes.push(isHandled(), await reasonOf(folding));
      done.open();
    });
    await done.opened;
    await consumption.stop();
    await pipeline.end();
    expect(outcomes).toEqual([true, expect.any(StaleBatch)]);
  });
});

/** The start of a session at a station. */
function begun(station: string): Statement {
  const [messageId, identity] = [`started ${station}`, `started/${station}`];
  return said({ kind: 'started', at: '08:00', transaction: '77', messageId, identity, register: '100' });
}

/** A batch of a partition, from an offset on. */
function batchOf(from: number, ...statements: readonly Statement[]): FeedBatch {
  const records = statements.map((statement, at) => ({
    ...{ offset: BigInt(from + at), key: `${TENANT}:ST-1`, headers: {}, publishedAt: statement.receivedAt },
    value: Buffer.from(writeStatement(statement)),
  }));
  return {
    ...{ topic: 'meter-events', partition: 0, records, missing: 0n, isStale: () => false },
    heartbeat: () => Promise.resolve(),
    commitThrough: () => Promise.resolve(),
  };
}

function portsOf({ store, feed, keys, clock, random }: Pipeline): Parameters<typeof fold>[0] {
  const streams = { store, clock, crash: () => undefined };
  return {
    ...{ ...streams, feed, keys, random },
    sessions: openSessionStreams(streams, LIMITS),
    stations: openStationStreams(streams, LIMITS),
  };
}

/** A heartbeat that tells of the loss at once, and whether somebody handles it from the beginning. */
function lost(): { readonly heartbeat: FeedBatch['heartbeat']; readonly isHandled: () => boolean } {
  const beat: Promise<void> = Promise.reject(new StaleBatch('it is gone'));
  let isHandled = false;
  const watched = new Proxy(beat.catch.bind(beat), {
    apply: (target, _, [onRejected]: Parameters<typeof beat.catch>) => {
      isHandled = true;
      return target(onRejected);
    },
  });
  return { heartbeat: () => Object.assign(beat, { catch: watched }), isHandled: () => isHandled };
}
