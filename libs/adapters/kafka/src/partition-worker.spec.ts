import type { KafkaMessage } from 'kafkajs';
import { Generation } from './generation';
import { turn } from './hand-timers.contract';
import type { OffsetStep } from './offset-tracker';
import type { Chunk, Segment } from './partition-worker';
import { WorkerPool } from './worker-pool';

/** A record of ten bytes, and what one takes beside them. */
const RECORD_BYTES = 530;

const message = (offset: number, bytes = 10): KafkaMessage => ({
  key: null,
  value: Buffer.alloc(bytes),
  timestamp: '0',
  attributes: 0,
  offset: `${offset}`,
  headers: {},
});
const messages = (from: number, to: number): KafkaMessage[] =>
  Array.from({ length: to - from }, (_, index) => message(from + index));
const heartbeat = (): Promise<void> => Promise.resolve();

/** A consumer that lets the test say when a chunk is handled. */
class Desk {
  readonly chunks: Chunk[] = [];
  readonly said: string[] = [];
  private readonly open: (() => void)[] = [];
  readonly pool: WorkerPool;

  constructor(bytesMax = 1_000_000) {
    this.pool = new WorkerPool({
      batchMax: 4,
      bytesMax,
      handle: (chunk) => {
        this.chunks.push(chunk);
        return new Promise((resolve) => this.open.push(resolve));
      },
      pause: (partition) => void this.said.push(`pause ${partition}`),
      resume: (partition) => void this.said.push(`resume ${partition}`),
    });
  }

  async finish(count = 1): Promise<void> {
    for (let each = 0; each < count; each += 1) {
      this.open.shift()?.();
      await turn();
    }
  }

  get offsets(): string[][] {
    return this.chunks.map((chunk) => chunk.messages.map(({ offset }) => offset));
  }
}

const generation = new Generation();
const segment = (from: number, to: number, step: OffsetStep = { missing: 0n }): Segment => ({
  generation,
  messages: messages(from, to),
  step,
  heartbeat,
});

describe('WorkerPool', () => {
  it('hands over one chunk of a partition at a time, and partitions side by side', async () => {
    const desk = new Desk();
    desk.pool.add(0, segment(0, 6));
    desk.pool.add(1, segment(0, 1));
    await turn();
    expect(desk.offsets).toEqual([['0', '1', '2', '3'], ['0']]);
    await desk.finish();
    expect(desk.offsets.slice(2)).toEqual([['4', '5']]);
    await desk.finish(2);
    expect([desk.pool.isBusy(0), desk.pool.isBusy(1), desk.pool.isBusy(9)]).toEqual([false, false, false]);
  });

  it('gathers small fetches into one chunk', async () => {
    const desk = new Desk();
    for (const [from, to] of [
      [0, 1],
      [1, 3],
      [3, 4],
      [4, 7],
    ] as const)
      desk.pool.add(0, segment(from, to));
    await desk.finish();
    expect(desk.offsets).toEqual([['0'], ['1', '2', '3', '4']]);
    await desk.finish();
    expect(desk.offsets[2]).toEqual(['5', '6']);
    await desk.finish();
  });

  it('begins a chunk wherever something was found on the way, and tells it once', async () => {
    const desk = new Desk();
    desk.pool.add(0, segment(0, 1));
    desk.pool.add(0, segment(1, 2));
    desk.pool.add(0, segment(7, 13, { missing: 5n }));
    desk.pool.add(0, segment(0, 1, { missing: 0n, rewoundFrom: 13n }));
    await desk.finish(5);
    expect(desk.offsets).toEqual([['0'], ['1'], ['7', '8', '9', '10'], ['11', '12'], ['0']]);
    expect(desk.chunks.map(({ step }) => [step.missing, step.rewoundFrom])).toEqual([
      [0n, undefined],
      [0n, undefined],
      [5n, undefined],
      [0n, undefined],
      [0n, 13n],
    ]);
  });

  it('never mixes memberships in one chunk', async () => {
    const desk = new Desk();
    desk.pool.add(0, segment(0, 1));
    desk.pool.add(0, segment(1, 2));
    desk.pool.add(0, { ...segment(1, 2), generation: new Generation() });
    await desk.finish(3);
    expect(desk.offsets).toEqual([['0'], ['1'], ['1']]);
  });

  it('forgets what waits, not what is in hand, and starts no second chunk beside it', async () => {
    const desk = new Desk();
    desk.pool.add(0, segment(0, 6));
    desk.pool.add(1, segment(0, 6));
    desk.pool.discard(1);
    desk.pool.discard();
    desk.pool.add(0, segment(0, 1));
    await turn();
    expect(desk.offsets).toEqual([
      ['0', '1', '2', '3'],
      ['0', '1', '2', '3'],
    ]);
    const settled = desk.pool.settled();
    await desk.finish(3);
    await settled;
    expect(desk.offsets.slice(2)).toEqual([['0']]);
  });

  it('pauses a partition that holds its share, and resumes it at half of it', async () => {
    const desk = new Desk(2 * RECORD_BYTES * 8);
    desk.pool.divide(2);
    desk.pool.add(0, segment(0, 4));
    desk.pool.add(0, segment(4, 11));
    expect(desk.said).toEqual([]);
    desk.pool.add(0, segment(11, 12));
    desk.pool.add(0, segment(12, 13));
    desk.pool.add(1, segment(0, 5));
    expect(desk.said).toEqual(['pause 0']);
    await desk.finish();
    expect(desk.said).toEqual(['pause 0']);
    await desk.finish(2);
    expect(desk.said).toEqual(['pause 0', 'resume 0']);
    await desk.finish(5);
  });

  it('pauses a partition again that was paused before the partitions were divided anew', async () => {
    const desk = new Desk(RECORD_BYTES * 4);
    for (let division = 1; division <= 2; division += 1) {
      desk.pool.divide(1);
      desk.pool.add(0, segment(0, 9));
      desk.pool.discard();
    }
    expect(desk.said).toEqual(['pause 0', 'pause 0']);
    await desk.finish(2);
  });
});
