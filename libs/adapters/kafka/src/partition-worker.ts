import type { KafkaMessage } from 'kafkajs';
import type { Generation } from './generation';
import type { OffsetStep } from './offset-tracker';

/** Records of one partition as they were fetched, and what was found on the way to the first of them. */
export interface Segment {
  readonly generation: Generation;
  readonly messages: readonly KafkaMessage[];
  readonly step: OffsetStep;
  readonly heartbeat: () => Promise<void>;
}

/** What is handed over at once. */
export interface Chunk extends Segment {
  readonly partition: number;
}

/** What a worker needs from its consumer. */
export interface WorkerHost {
  readonly batchMax: number;
  handle(chunk: Chunk): Promise<void>;
  /** The worker holds fewer bytes than before. */
  onRelease(worker: PartitionWorker): void;
}

/**
 * Hands over the records of one partition, one chunk at a time and in order, apart from the client's fetch loop: one slow partition
 * does not hold up the others, and the client goes on showing that it lives.
 */
export class PartitionWorker {
  private queue: Segment[] = [];
  private running: Promise<void> | undefined;
  private held = 0;

  constructor(
    readonly partition: number,
    private readonly host: WorkerHost,
  ) {}

  /** Bytes that wait, those in hand not counted. */
  get bytes(): number {
    return this.held;
  }

  get isIdle(): boolean {
    return this.running === undefined;
  }

  add(segment: Segment): void {
    this.queue.push(segment);
    this.held += bytesOf(segment.messages);
    this.running ??= this.work().finally(() => (this.running = undefined));
  }

  /** Forgets what waits. What is in hand goes on. */
  discard(): void {
    this.queue = [];
    this.held = 0;
  }

  /** Returns when nothing is in hand any more. `handle` never rejects. */
  async settled(): Promise<void> {
    await this.running;
  }

  private async work(): Promise<void> {
    for (let chunk = this.next(); chunk !== undefined; chunk = this.next()) {
      this.host.onRelease(this);
      await this.host.handle(chunk);
    }
    this.host.onRelease(this);
  }

  /** The next chunk: of one generation, beginning anew wherever something was found on the way. */
  private next(): Chunk | undefined {
    const first = this.queue.shift();
    if (first === undefined) return undefined;
    const messages = first.messages.slice(0, this.host.batchMax);
    this.putBack(first, messages.length);
    while (messages.length < this.host.batchMax) {
      const more = this.queue[0];
      if (more?.generation !== first.generation || isRemarkable(more.step)) break;
      this.queue.shift();
      const taken = more.messages.slice(0, this.host.batchMax - messages.length);
      messages.push(...taken);
      this.putBack(more, taken.length);
    }
    this.held -= bytesOf(messages);
    return { ...first, messages, partition: this.partition };
  }

  private putBack(segment: Segment, taken: number): void {
    if (taken === segment.messages.length) return;
    this.queue.unshift({ ...segment, messages: segment.messages.slice(taken), step: { missing: 0n } });
  }
}

function isRemarkable(step: OffsetStep): boolean {
  return step.missing > 0n || step.rewoundFrom !== undefined;
}

function bytesOf(messages: readonly KafkaMessage[]): number {
  let bytes = 0;
  for (const { key, value } of messages) bytes += RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  return bytes;
}

/** What an unpacked record with one header takes in memory beside the bytes of its key and value: 519 in a heap snapshot. */
const RECORD_OVERHEAD_BYTES = 520;
