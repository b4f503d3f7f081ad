import { MESSAGE_BYTES_MAX, MessageTooLarge, messageBytes } from '@ledger/ports';
import type { FeedMessage, FeedRecord, FeedTopic } from '@ledger/ports';
import type { Instant } from '@ledger/units';

import { partitionOf } from '../../../libs/adapters/embedded/src/murmur2';

/** Partitions of each topic. */
export const PARTITIONS = 2;

/** What a broker holds: the records of each partition, the commits of each group, and who has what. Outlives the processes. */
export class FeedLog {
  private readonly topics = new Map<FeedTopic, readonly FeedRecord[][]>();
  private readonly groups = new Map<string, FeedGroup>();
  private spread = 0;

  partition(topic: FeedTopic, partition: number): FeedRecord[] {
    const found = this.topics.get(topic)?.[partition];
    if (found !== undefined) return found;
    const made = Array.from({ length: PARTITIONS }, (): FeedRecord[] => []);
    this.topics.set(topic, made);
    return made[partition] ?? [];
  }

  /** @throws MessageTooLarge: nothing was published */
  publish(topic: FeedTopic, messages: readonly FeedMessage[], publishedAt: Instant): void {
    if (messages.some((message) => messageBytes(message) > MESSAGE_BYTES_MAX)) {
      throw new MessageTooLarge(`a message has more than ${MESSAGE_BYTES_MAX} bytes`);
    }
    for (const { key, value, headers = {} } of messages) {
      const partition = key === null ? (this.spread += 1) % PARTITIONS : partitionOf(key, PARTITIONS);
      const records = this.partition(topic, partition);
      const bytes = Buffer.from(value);
      records.push({ offset: BigInt(records.length), key, value: bytes, headers, publishedAt });
    }
    this.wake();
  }

  group(topic: FeedTopic, group: string): FeedGroup {
    const name = `${topic}/${group}`;
    const found = this.groups.get(name);
    if (found !== undefined) return found;
    const made = new FeedGroup();
    this.groups.set(name, made);
    return made;
  }

  lag(topic: FeedTopic, group: string): number {
    const { committed } = this.group(topic, group);
    return committed.reduce((sum, next, partition) => sum + this.partition(topic, partition).length - next, 0);
  }

  /** Every group looks again. */
  wake(): void {
    for (const group of this.groups.values()) group.wake();
  }

  /** Divides the partitions of all groups anew; with `isForced` the new owners do not wait for the old ones. */
  rebalance(isForced: boolean, blindUntil: number): void {
    for (const group of this.groups.values()) group.rotate(isForced, blindUntil);
  }
}

/** The right to a partition. It ends when another owner takes it, which the old one may learn only later. */
export interface Hold {
  isCurrent: boolean;
  /** Its owner has let it go. */
  isReleased: boolean;
  /** Virtual time from which its owner knows that it is over. */
  knownAt: number;
}

/** One consumer of a group, as the broker knows it. */
export interface Member {
  readonly name: string;
}

/** The consumers of a topic who share its partitions. */
export class FeedGroup {
  /** The next offset of each partition. */
  readonly committed: number[] = Array.from({ length: PARTITIONS }, () => 0);
  private members: Member[] = [];
  private readonly holds = new Map<number, Hold>();
  private readonly waiting = new Set<() => void>();
  private readonly fetched: number[] = Array.from({ length: PARTITIONS }, () => 0);
  /** A partition was taken while the owner before was still at work on it. */
  hadTwoOwners = false;
  /** Records were handed out that had been handed out before. */
  hasRedelivered = false;

  join(member: Member): void {
    this.members.push(member);
    this.wake();
  }

  leave(member: Member): void {
    this.members = this.members.filter((other) => other !== member);
    this.wake();
  }

  isAssigned(member: Member, partition: number): boolean {
    return this.members.length > 0 && this.members[partition % this.members.length] === member;
  }

  /** Takes the partition; undefined while another one has it. */
  take(partition: number): Hold | undefined {
    const before = this.holds.get(partition);
    if (before?.isCurrent === true) return undefined;
    if (before?.isReleased === false) this.hadTwoOwners = true;
    const hold = { isCurrent: true, isReleased: false, knownAt: 0 };
    this.holds.set(partition, hold);
    return hold;
  }

  /** Notes that the records up to an offset are handed out. */
  handOut(partition: number, from: number, to: number): void {
    const before = this.fetched[partition] ?? 0;
    if (from < before) this.hasRedelivered = true;
    this.fetched[partition] = Math.max(before, to);
  }

  release(hold: Hold): void {
    hold.isCurrent = false;
    hold.isReleased = true;
    this.wake();
  }

  /** Gives each partition to the next member. */
  rotate(isForced: boolean, blindUntil: number): void {
    this.members = [...this.members.slice(1), ...this.members.slice(0, 1)];
    if (isForced) {
      for (const hold of this.holds.values()) {
        hold.isCurrent = false;
        hold.knownAt = blindUntil;
      }
    }
    this.wake();
  }

  onNews(wake: () => void): void {
    this.waiting.add(wake);
  }

  wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const wake of waiting) wake();
  }
}
