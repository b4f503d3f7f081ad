import { StaleBatch, type FeedBatch } from '@ledger/ports';
import { KafkaJSConnectionError, KafkaJSNonRetriableError, type KafkaMessage, type Offsets } from 'kafkajs';
import { batchOf, isGivenUp, type BatchHost } from './chunk-batch';
import { Generation } from './generation';
import { HandTimers, turn } from './hand-timers.contract';

const message = (offset: string): KafkaMessage => ({
  key: null,
  value: null,
  timestamp: '0',
  attributes: 0,
  offset,
  headers: {},
});
const kafkaError = (type: string): Error => Object.assign(new Error(type), { type });

class Scene {
  readonly timers = new HandTimers();
  readonly generation = new Generation();
  readonly commits: Offsets[] = [];
  readonly failures: Error[] = [];
  heartbeatFailure: Error | undefined;
  committed: bigint | undefined;
  isStopping = false;
  signs = 0;
  readonly batch: FeedBatch;

  constructor() {
    const host: BatchHost = {
      topic: 'meter-events',
      topicName: 'x-meter-events',
      timers: this.timers,
      commitTimeoutMs: 1_000,
      commit: (offsets) => {
        const failure = this.failures.shift();
        if (failure !== undefined) return Promise.reject(failure);
        this.commits.push(offsets);
        return Promise.resolve();
      },
      committed: () => this.committed,
      onCommitted: (_, next) => void (this.committed = next),
      onSign: () => void (this.signs += 1),
      isStopping: () => this.isStopping,
    };
    const heartbeat = (): Promise<void> =>
      this.heartbeatFailure === undefined ? Promise.resolve() : Promise.reject(this.heartbeatFailure);
    const messages = ['5', '6', '9'].map(message);
    this.batch = batchOf(
      { partition: 2, generation: this.generation, messages, step: { missing: 1n }, heartbeat },
      host,
    );
  }
}

describe('batchOf', () => {
  it('stores the offset behind the last that was handled', async () => {
    const scene = new Scene();
    await scene.batch.commitThrough(6n);
    expect(scene.commits).toEqual([
      { topics: [{ topic: 'x-meter-events', partitions: [{ partition: 2, offset: '7' }] }] },
    ]);
    expect(scene.batch).toMatchObject({ topic: 'meter-events', partition: 2, missing: 1n });
    expect(scene.batch.records.map(({ offset }) => offset)).toEqual([5n, 6n, 9n]);
  });

  it('never moves a commit back', async () => {
    const scene = new Scene();
    await scene.batch.commitThrough(6n);
    await scene.batch.commitThrough(5n);
    expect(scene.commits).toHaveLength(1);
  });

  it.each([4n, 10n])('refuses offset %d, which is not of the batch', async (offset) => {
    await expect(new Scene().batch.commitThrough(offset)).rejects.toThrow(RangeError);
  });

  it('tries a commit again while the broker does not answer, and gives up in the end', async () => {
    const scene = new Scene();
    const closed = new KafkaJSConnectionError('Closed connection');
    scene.failures.push(Object.assign(new KafkaJSNonRetriableError(closed), { cause: closed }));
    const first = scene.batch.commitThrough(5n);
    await turn();
    expect(scene.commits).toHaveLength(0);
    await scene.timers.pass(200);
    await first;
    scene.failures.push(...Array.from({ length: 9 }, () => new Error('connection closed')));
    const outcome = scene.batch.commitThrough(6n).catch((error: unknown) => error);
    for (let each = 0; each < 9; each += 1) await scene.timers.pass(200);
    expect(await outcome).toMatchObject({ code: 'feed-unavailable' });
  });

  it('shows with every try that it works, and gives up when the membership ends between two of them', async () => {
    const scene = new Scene();
    scene.failures.push(new Error('connection closed'), new Error('connection closed'));
    const outcome = scene.batch.commitThrough(5n).catch((error: unknown) => error);
    await turn();
    await scene.timers.pass(200);
    expect(scene.signs).toBe(2);
    scene.generation.end();
    await scene.timers.pass(200);
    expect(await outcome).toBeInstanceOf(StaleBatch);
    expect(scene.commits).toHaveLength(0);
  });

  it('tells a handler that comes late that its batch is stale, also where the group is further already', async () => {
    const scene = new Scene();
    scene.committed = 10n;
    scene.generation.end();
    await expect(scene.batch.commitThrough(5n)).rejects.toThrow(StaleBatch);
  });

  it('does not try again what the broker refuses for good', async () => {
    const scene = new Scene();
    scene.failures.push(new KafkaJSNonRetriableError('not authorized'));
    await expect(scene.batch.commitThrough(5n)).rejects.toMatchObject({ code: 'feed-unavailable' });
  });

  it.each(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS'])(
    'is stale after a commit met %s',
    async (type) => {
      const scene = new Scene();
      scene.failures.push(kafkaError(type));
      await expect(scene.batch.commitThrough(5n)).rejects.toThrow(StaleBatch);
      expect(scene.batch.isStale()).toBe(true);
      await expect(scene.batch.commitThrough(5n)).rejects.toThrow(StaleBatch);
      expect(scene.commits).toHaveLength(0);
    },
  );

  it('commits while a division is only announced, and not after it', async () => {
    const scene = new Scene();
    scene.generation.announceEnd();
    expect(scene.batch.isStale()).toBe(true);
    await scene.batch.heartbeat();
    await scene.batch.commitThrough(5n);
    scene.generation.end();
    await expect(scene.batch.commitThrough(6n)).rejects.toThrow(StaleBatch);
    await expect(scene.batch.heartbeat()).rejects.toThrow(StaleBatch);
  });

  it('learns from a heartbeat that the partitions are gone, or soon will be', async () => {
    const scene = new Scene();
    await scene.batch.heartbeat();
    scene.heartbeatFailure = new Error('connection closed');
    await scene.batch.heartbeat();
    expect(scene.batch.isStale()).toBe(false);
    scene.heartbeatFailure = kafkaError('REBALANCE_IN_PROGRESS');
    await scene.batch.heartbeat();
    expect(scene.batch.isStale()).toBe(true);
    scene.heartbeatFailure = kafkaError('UNKNOWN_MEMBER_ID');
    await expect(scene.batch.heartbeat()).rejects.toThrow(StaleBatch);
    expect(scene.signs).toBe(4);
    await expect(scene.batch.commitThrough(5n)).rejects.toThrow(StaleBatch);
    expect(scene.commits).toHaveLength(0);
  });

  it('is stale when the consumer stops, and still commits', async () => {
    const scene = new Scene();
    scene.isStopping = true;
    expect(scene.batch.isStale()).toBe(true);
    await scene.batch.commitThrough(9n);
    expect(scene.commits).toHaveLength(1);
  });
});

describe('isGivenUp', () => {
  it('sees a stale batch behind the error of a handler', () => {
    expect(isGivenUp(new Error('fold failed', { cause: new StaleBatch('gone') }))).toBe(true);
    expect(isGivenUp(new Error('fold failed'))).toBe(false);
    expect(isGivenUp('gone')).toBe(false);
  });
});
