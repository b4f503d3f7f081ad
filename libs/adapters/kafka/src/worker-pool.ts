import { PartitionWorker, type Chunk, type Segment } from './partition-worker';

/** What a pool needs from its consumer. */
export interface PoolHost {
  readonly batchMax: number;
  /** Most bytes that all workers together hold, those in hand not counted. */
  readonly bytesMax: number;
  /** Hands a chunk over; never rejects. */
  handle(chunk: Chunk): Promise<void>;
  /** Stops and resumes fetching of one partition. */
  pause(partition: number): void;
  resume(partition: number): void;
}

/** The workers of a consumer. Each partition holds its share of the memory; one that is full is not fetched until half is done. */
export class WorkerPool {
  private readonly workers = new Map<number, PartitionWorker>();
  private readonly paused = new Set<number>();
  private bytesEach: number;

  constructor(private readonly host: PoolHost) {
    this.bytesEach = host.bytesMax;
  }

  /** Divides the memory among so many partitions; all of them are fetched. */
  divide(partitions: number): void {
    this.bytesEach = Math.max(1, Math.floor(this.host.bytesMax / Math.max(1, partitions)));
    this.paused.clear();
  }

  add(partition: number, segment: Segment): void {
    const worker = this.workers.get(partition) ?? this.hire(partition);
    worker.add(segment);
    if (worker.bytes < this.bytesEach || this.paused.has(partition)) return;
    this.paused.add(partition);
    this.host.pause(partition);
  }

  /** Tells whether records of the partition wait or are in hand. */
  isBusy(partition: number): boolean {
    return this.workers.get(partition)?.isIdle === false;
  }

  /** Forgets what waits, of one partition or of all. What is in hand goes on. */
  discard(partition?: number): void {
    for (const worker of this.workers.values()) {
      if (partition === undefined || worker.partition === partition) worker.discard();
    }
  }

  /** Returns when nothing is in hand any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.workers.values()].map((worker) => worker.settled()));
  }

  private hire(partition: number): PartitionWorker {
    const worker = new PartitionWorker(partition, {
      batchMax: this.host.batchMax,
      handle: (chunk) => this.host.handle(chunk),
      onRelease: () => {
        if (worker.bytes <= this.bytesEach / 2 && this.paused.delete(partition)) this.host.resume(partition);
      },
    });
    this.workers.set(partition, worker);
    return worker;
  }
}
