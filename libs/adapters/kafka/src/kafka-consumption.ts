import { CONSUME_BATCH_MAX, type ConsumeOptions, type Consumption, type FeedBatch } from '@ledger/ports';
import type { Consumer, EachBatchPayload, Offsets } from 'kafkajs';
import { batchOf, isGivenUp, type BatchHost } from './chunk-batch';
import { isUnreachable, joinAnew, onUnknownTopic } from './client-error';
import { isHere } from './feed-record';
import { Generation } from './generation';
import type { KafkaAdmin } from './kafka-admin';
import { consumerConfig, kafkaClient } from './kafka-client';
import { groupName, limitsOf, topicName, type KafkaLimits, type KafkaSettings } from './kafka-settings';
import { OffsetTracker } from './offset-tracker';
import type { Chunk } from './partition-worker';
import { atMost, pause, type Timers } from './timers';
import { Watchdog } from './watchdog';
import { WorkerPool } from './worker-pool';

/** What a consumer works with. */
export interface ConsumptionParts {
  readonly settings: KafkaSettings;
  readonly admin: KafkaAdmin;
  readonly timers: Timers;
  onBatch(batch: FeedBatch): Promise<void>;
}

/** What the client tells of a batch before it hands it over. */
interface BatchOutline {
  readonly partition: number;
  readonly batchSize: number;
  readonly firstOffset: string | null;
  readonly lastOffset: string;
}

/** How long a dead consumer may take to leave in good order before it counts as ended. */
const LEAVE_MAX_MS = 5_000;
/** The wait before a broker that cannot be reached is tried again. */
const CONNECT_PAUSE_MS = 1_000;

/**
 * A member of a group on one topic. The client fetches; a worker for each partition hands over. Offsets are stored only by
 * `commitThrough`. The first fetch after a division waits until the stored offsets are known, so that nothing the client does by
 * itself can hide a loss.
 */
export class KafkaConsumption implements Consumption {
  readonly ended: Promise<void>;
  private readonly done = Promise.withResolvers<undefined>();
  private readonly limits: KafkaLimits;
  /** Topic and group as the cluster names them. */
  private readonly topic: string;
  private readonly group: string;
  private readonly consumer: Consumer;
  private readonly tracker = new OffsetTracker();
  private readonly pool: WorkerPool;
  private readonly watchdog: Watchdog;
  private readonly started: Promise<void>;
  private generation = new Generation();
  private isMember = false;
  private failure: { readonly error: unknown } | undefined;
  private closing: Promise<void> | undefined;

  constructor(
    private readonly options: ConsumeOptions,
    private readonly parts: ConsumptionParts,
  ) {
    this.limits = limitsOf(parts.settings);
    this.topic = topicName(parts.settings, options.topic);
    this.group = groupName(parts.settings, options.group);
    this.ended = this.done.promise;
    this.pool = new WorkerPool({
      batchMax: options.batchMax ?? CONSUME_BATCH_MAX,
      bytesMax: this.limits.bufferBytesMax,
      handle: (chunk) => this.handle(chunk),
      pause: (partition) => {
        this.consumer.pause([{ topic: this.topic, partitions: [partition] }]);
      },
      resume: (partition) => {
        this.resume(partition);
      },
    });
    this.consumer = kafkaClient(parts.settings, onUnknownTopic(this.doubt.bind(this))).consumer(
      consumerConfig(this.group, this.limits),
    );
    this.watchdog = new Watchdog({
      timers: parts.timers,
      silenceMaxMs: this.limits.silenceMaxMs,
      handlerSilenceMaxMs: this.limits.handlerSilenceMaxMs,
      places: () => this.places(),
      ends: () => parts.admin.ends(this.topic),
      onDead: (reason) => {
        this.fail(reason);
      },
    });
    this.listen();
    this.started = this.start().catch((error: unknown) => {
      this.fail(error);
    });
  }

  async stop(): Promise<void> {
    await (this.closing ??= this.close());
  }

  private async start(): Promise<void> {
    while (!(await this.isSubscribed())) await pause(this.parts.timers, CONNECT_PAUSE_MS);
    if (this.closing !== undefined) return;
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: async (payload) => {
        this.take(payload);
        await Promise.resolve();
      },
    });
    this.watchdog.start();
  }

  /** Connects and subscribes; false while no broker can be reached, for which the client itself does not wait for long. */
  private async isSubscribed(): Promise<boolean> {
    if (this.closing !== undefined) return true;
    try {
      await this.consumer.connect();
      await this.consumer.subscribe({ topics: [this.topic], fromBeginning: true });
      return true;
    } catch (error) {
      if (isUnreachable(error)) return false;
      throw error;
    }
  }

  private listen(): void {
    const { events } = this.consumer;
    const sign = (): void => {
      this.watchdog.sign();
    };
    this.consumer.on(events.FETCH, sign);
    this.consumer.on(events.HEARTBEAT, sign);
    this.consumer.on(events.GROUP_JOIN, ({ payload }) => {
      sign();
      this.join(payload.memberAssignment[this.topic] ?? []);
    });
    this.consumer.on(events.REBALANCING, () => {
      this.generation.announceEnd();
      this.pool.discard();
    });
    this.consumer.on(events.START_BATCH_PROCESS, ({ payload }) => {
      this.skip(payload);
    });
    this.consumer.on(events.CRASH, ({ payload }) => {
      this.generation.end();
      this.isMember = false;
      this.pool.discard();
      if (!payload.restart) this.fail(payload.error);
    });
  }

  /** Partitions were divided. Nothing is fetched until it is known where each of ours stands. */
  private join(partitions: readonly number[]): void {
    this.generation.end();
    this.generation = new Generation();
    this.isMember = true;
    this.pool.discard();
    if (this.closing !== undefined) return;
    this.consumer.pause([{ topic: this.topic }]);
    this.begin(this.generation, partitions).catch((error: unknown) => {
      this.fail(error);
    });
  }

  private async begin(generation: Generation, partitions: readonly number[]): Promise<void> {
    const isOurs = (): boolean => !generation.isOver && this.closing === undefined;
    const standings = await this.parts.admin.standingsWhile(isOurs, this.topic, this.group);
    if (standings === undefined) return;
    this.tracker.clear();
    for (const partition of partitions) {
      const standing = standings.get(partition);
      if (standing !== undefined) this.tracker.begin(partition, standing);
    }
    this.pool.divide(partitions.length);
    this.consumer.resume([{ topic: this.topic }]);
  }

  /**
   * The topic is not there. The client may go on at its old offset in a topic that was made again and filled meanwhile, so nothing
   * is taken, and no commit either, until the group's offsets were asked for anew: the broker drops those of a topic that goes.
   */
  private doubt(): void {
    if (this.generation.isOver || !this.isMember || this.closing !== undefined) return;
    this.generation.end();
    this.pool.discard();
    // What was paused would never be fetched again, and only what is fetched brings the client to join anew.
    try {
      this.consumer.resume([{ topic: this.topic }]);
    } catch {
      // It crashed this moment, and will start again with nothing paused.
    }
  }

  /** Takes a fetched batch off the client's hands. What is not taken, is fetched again. */
  private take(payload: EachBatchPayload): void {
    const { batch } = payload;
    const [first, last] = [batch.firstOffset(), batch.messages.at(-1)];
    // The client may not notice by itself: its heartbeats stop when the clock of the machine is put back.
    if (this.generation.isOver && this.closing === undefined) throw joinAnew();
    if (this.closing !== undefined || !this.generation.isHeld) {
      // Until the client notices, there is no use in fetching the same again and again.
      this.consumer.pause([{ topic: this.topic }]);
      return;
    }
    if (payload.isStale() || first === null || last === undefined) return;
    this.commit = (offsets) => payload.commitOffsetsIfNecessary(offsets);
    this.tracker.see(batch.partition, BigInt(first), BigInt(batch.lastOffset()));
    const { generation } = this;
    const [step, messages] = [this.tracker.takeStep(batch.partition), batch.messages.filter(isHere)];
    this.pool.add(batch.partition, { generation, messages, step, heartbeat: () => payload.heartbeat() });
    payload.resolveOffset(last.offset);
  }

  /** A batch of nothing but control records and aborted messages is never handed over, but it moves the offset. */
  private skip(batch: BatchOutline): void {
    if (batch.batchSize > 0 || batch.firstOffset === null) return;
    this.tracker.see(batch.partition, BigInt(batch.firstOffset), BigInt(batch.lastOffset));
  }

  /** The client's commit without its own retries, which would go on under a later membership. */
  private commit: (offsets: Offsets) => Promise<void> = () => Promise.reject(new Error('nothing was fetched yet'));

  private resume(partition: number): void {
    if (this.closing !== undefined || !this.generation.isHeld) return;
    this.consumer.resume([{ topic: this.topic, partitions: [partition] }]);
  }

  private async handle(chunk: Chunk): Promise<void> {
    if (!chunk.generation.isHeld || this.closing !== undefined) return;
    this.watchdog.holds(chunk.partition);
    try {
      await this.parts.onBatch(batchOf(chunk, this.batchHost));
    } catch (error) {
      if (isGivenUp(error)) this.fetchAgain(chunk);
      else this.fail(error);
    } finally {
      this.watchdog.releases(chunk.partition);
    }
  }

  /** The handler gave the batch up: what it did not commit comes again, if the partition still is ours. */
  private fetchAgain({ generation, partition, messages }: Chunk): void {
    if (!generation.isHeld || this.closing !== undefined) return;
    const [first, committed] = [BigInt(messages[0]?.offset ?? 0), this.tracker.committedOf(partition) ?? 0n];
    const from = committed > first ? committed : first;
    this.pool.discard(partition);
    this.tracker.goBack(partition, from);
    this.consumer.seek({ topic: this.topic, partition, offset: `${from}` });
  }

  private get batchHost(): BatchHost {
    return {
      topic: this.options.topic,
      topicName: this.topic,
      timers: this.parts.timers,
      commitTimeoutMs: this.limits.commitTimeoutMs,
      commit: (offsets) => this.commit(offsets),
      committed: (partition) => this.tracker.committedOf(partition),
      onCommitted: (partition, next) => {
        this.tracker.commit(partition, next);
      },
      onSign: (partition) => {
        this.watchdog.holds(partition);
      },
      isStopping: () => this.closing !== undefined,
    };
  }

  private places(): ReturnType<ConstructorParameters<typeof Watchdog>[0]['places']> {
    return this.tracker.all().map((place) => ({ ...place, isBusy: this.pool.isBusy(place.partition) }));
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.closing ??= this.close();
  }

  /** Lets what is in hand finish, then leaves the group. A dead consumer does not wait for long. */
  private async close(): Promise<void> {
    await Promise.resolve();
    this.watchdog.stop();
    this.pool.discard();
    if (this.isMember && !this.generation.isOver) this.consumer.pause([{ topic: this.topic }]);
    const settled = this.pool.settled();
    await (this.failure === undefined ? settled : atMost(this.parts.timers, LEAVE_MAX_MS, settled));
    // Whether the broker takes the farewell or finds out by the silence: the partitions go to the others.
    const left = this.started.then(() => this.consumer.disconnect()).catch(() => undefined);
    await atMost(this.parts.timers, LEAVE_MAX_MS, left);
    this.generation.end();
    if (this.failure === undefined) this.done.resolve(undefined);
    else this.done.reject(this.failure.error);
  }
}
