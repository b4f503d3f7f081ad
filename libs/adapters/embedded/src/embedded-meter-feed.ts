import {
  FeedFull,
  FeedUnavailable,
  MESSAGE_BYTES_MAX,
  messageBytes,
  MessageTooLarge,
  type Clock,
  type ConsumeOptions,
  type Consumption,
  type FeedBatch,
  type FeedMessage,
  type FeedTopic,
  type MeterFeed,
} from '@ledger/ports';
import { millisOf, type Instant } from '@ledger/units';
import { ConsumerGroup } from './consumer-group';
import { Database } from './database';
import { FeedPartition } from './feed-partition';
import { GroupCommit } from './group-commit';
import { EMBEDDED_LIMITS } from './limits';
import { partitionOf } from './murmur2';
import type { GroupOffsets } from './partition-consumer';
import { wholeOf } from './stored-values';
import { nextTurn, WakeUp } from './wake-up';

const TOPICS = [
  'gateway-messages',
  'meter-events',
  'meter-receipts',
  'meter-quarantine',
] as const satisfies readonly FeedTopic[];

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, setting INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS groups (
    topic TEXT NOT NULL, name TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
    PRIMARY KEY (topic, name, partition)) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS trimmed (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, partition)) STRICT, WITHOUT ROWID;
`;

/** The feed in one SQLite file. Publishes that meet share a transaction and its sync; consumers live in this process. */
export class EmbeddedMeterFeed implements MeterFeed {
  private readonly database: Database;
  private readonly commits: GroupCommit;
  private readonly arrivals = new WakeUp();
  private readonly topics: ReadonlyMap<FeedTopic, readonly FeedPartition[]>;
  private readonly groups = new Map<string, ConsumerGroup>();
  private readonly statements;
  private unkeyed = 0;

  constructor(
    path: string,
    private readonly clock: Clock,
    partitions: number = EMBEDDED_LIMITS.feedPartitions,
  ) {
    if (!Number.isInteger(partitions) || partitions < 1 || partitions > EMBEDDED_LIMITS.feedPartitionsMax) {
      throw new RangeError(`a topic has 1 to ${EMBEDDED_LIMITS.feedPartitionsMax} partitions, not ${partitions}`);
    }
    const whenClosed = (): Error => new FeedUnavailable('the feed is closed');
    this.database = new Database({ path, schema: SCHEMA, cacheKib: EMBEDDED_LIMITS.feedCacheKib, whenClosed });
    const limits = {
      waitingBytesMax: EMBEDDED_LIMITS.publishesWaitingBytesMax,
      groupBytesMax: EMBEDDED_LIMITS.publishesGroupBytesMax,
    };
    const whenFull = (): Error => new FeedFull('too many messages wait for the disk');
    this.commits = new GroupCommit(this.database, { ...limits, whenFull }, () => {
      this.arrivals.ring();
    });
    const count = partitionsKept(this.database, partitions);
    const numbers = Array.from({ length: count }, (_, number) => number);
    this.topics = new Map(
      TOPICS.map((topic) => [topic, numbers.map((number) => new FeedPartition(this.database, topic, number))]),
    );
    this.statements = {
      next: this.database.prepare('SELECT next FROM groups WHERE topic = ? AND name = ? AND partition = ?'),
      enter: this.database.prepare('INSERT INTO groups VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'),
      commit: this.database.prepare(
        'UPDATE groups SET next = max(next, ?4) WHERE topic = ?1 AND name = ?2 AND partition = ?3',
      ),
      slowest: this.database.prepare('SELECT min(next) AS next FROM groups WHERE topic = ? AND partition = ?'),
    };
  }

  async publish(topic: FeedTopic, messages: readonly FeedMessage[]): Promise<void> {
    const partitions = this.partitionsOf(topic);
    let bytes = 0;
    for (const message of messages) bytes += checkedBytes(topic, message);
    const targets = messages.map((message) => partitions[this.targetOf(message.key, partitions.length)]);
    await this.commits.run<undefined>(bytes, () => {
      const publishedAt = millisOf(this.clock.now());
      for (const [index, message] of messages.entries()) targets[index]?.add(message, publishedAt);
      return undefined;
    });
  }

  consume(options: ConsumeOptions, onBatch: (batch: FeedBatch) => Promise<void>): Consumption {
    this.database.refuse();
    const name = `${options.topic}/${options.group}`;
    const known = this.groups.get(name) ?? this.enteredGroup(options.topic, options.group);
    this.groups.set(name, known);
    return known.join(options, onBatch);
  }

  async lag(topic: FeedTopic, group: string): Promise<bigint> {
    const offsets = this.offsetsOf(topic, group);
    return this.partitionsOf(topic).reduce(
      (sum, partition) => sum + BigInt(partition.next - offsets.committed(partition)),
      0n,
    );
  }

  /**
   * Removes the records of a topic that were published before the moment and that all its groups have committed, and answers
   * how many. Works in small transactions, so that it may run beside everything else.
   */
  async trim(topic: FeedTopic, before: Instant): Promise<bigint> {
    let removed = 0n;
    for (const partition of this.partitionsOf(topic)) {
      const below = partition.firstSince(millisOf(before), this.committedByAll(partition));
      while (partition.first() < below) {
        removed += BigInt(partition.trim(below, EMBEDDED_LIMITS.trimRecordsMax));
        await nextTurn();
      }
    }
    return removed;
  }

  async isReachable(): Promise<boolean> {
    return this.database.isReachable();
  }

  async close(): Promise<void> {
    const members = [...this.groups.values()].flatMap((group) => [...group.members]);
    await Promise.all(members.map((member) => member.stop()));
    this.commits.flush();
    this.database.close();
  }

  private partitionsOf(topic: FeedTopic): readonly FeedPartition[] {
    const partitions = this.topics.get(topic);
    if (partitions === undefined) throw new RangeError(`there is no topic ${topic}`);
    return partitions;
  }

  private targetOf(key: string | null, partitions: number): number {
    if (key !== null) return partitionOf(key, partitions);
    this.unkeyed = (this.unkeyed + 1) % partitions;
    return this.unkeyed;
  }

  private enteredGroup(topic: FeedTopic, group: string): ConsumerGroup {
    const partitions = this.partitionsOf(topic);
    this.database.transaction(() => {
      for (const partition of partitions) this.statements.enter.run(topic, group, partition.number, partition.first());
    });
    return new ConsumerGroup(partitions, this.offsetsOf(topic, group), this.arrivals);
  }

  private offsetsOf(topic: FeedTopic, group: string): GroupOffsets {
    return {
      committed: (partition) => {
        const row = this.database.guard(() => this.statements.next.get(topic, group, partition.number));
        return row === undefined ? partition.first() : wholeOf(row, 'next');
      },
      commit: (partition, below) =>
        this.commits.run<undefined>(0, () => {
          this.statements.commit.run(topic, group, partition.number, below);
          return undefined;
        }),
    };
  }

  private committedByAll(partition: FeedPartition): number {
    const row = this.database.guard(() => this.statements.slowest.get(partition.topic, partition.number) ?? {});
    return row['next'] === null ? partition.next : wholeOf(row, 'next');
  }
}

function partitionsKept(database: Database, wanted: number): number {
  return database.transaction(() => {
    database.prepare("INSERT INTO settings VALUES ('partitions', ?) ON CONFLICT DO NOTHING").run(wanted);
    return wholeOf(database.prepare("SELECT setting FROM settings WHERE name = 'partitions'").get() ?? {}, 'setting');
  });
}

function checkedBytes(topic: FeedTopic, message: FeedMessage): number {
  const bytes = messageBytes(message);
  if (bytes <= MESSAGE_BYTES_MAX) return bytes;
  throw new MessageTooLarge(`${topic}: a message of ${bytes} bytes, at most ${MESSAGE_BYTES_MAX} are taken`);
}
