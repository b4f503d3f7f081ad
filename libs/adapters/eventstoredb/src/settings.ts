import type { Clock, Random } from '@ledger/ports';

/** What the adapter needs to know. Every number has a default in `EVENTSTOREDB_LIMITS`. */
export interface EventStoreDbSettings {
  /** EVENTSTORE_URL: `esdb://…` for a node or several, `esdb+discover://…` for a cluster by its DNS name. */
  readonly url: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly limits?: Partial<EventStoreDbLimits>;
}

/** The bounds of time and memory within which the adapter works. */
export interface EventStoreDbLimits {
  /** An append that is not answered within this time has an unknown outcome. */
  readonly appendTimeoutMs: number;
  /**
   * Appends on the wire at a time; others wait their turn. Never more than 15: beyond, the client queues writes that turn
   * into unhandled rejections when the stream fails.
   */
  readonly appendsInFlightMax: number;
  /** A page of a stream that does not arrive within this time is given up. */
  readonly readTimeoutMs: number;
  readonly readPageEvents: number;
  /** A subscription that is not caught up and silent for this time is opened anew. */
  readonly followIdleMs: number;
  /** First and longest wait before a subscription is opened anew; doubled with each failure, halved by chance. */
  readonly retryFirstMs: number;
  readonly retryLongestMs: number;
  /** Events that are fetched ahead of the follower, in number and bytes. */
  readonly fetchedEventsMax: number;
  readonly fetchedBytesMax: number;
  readonly reachableTimeoutMs: number;
  /** Closing waits no longer than this for appends in hand and for the client. */
  readonly closeTimeoutMs: number;
}

/** The limits unless told otherwise. */
export const EVENTSTOREDB_LIMITS: EventStoreDbLimits = {
  appendTimeoutMs: 10_000,
  appendsInFlightMax: 15,
  readTimeoutMs: 15_000,
  readPageEvents: 256,
  followIdleMs: 30_000,
  retryFirstMs: 100,
  retryLongestMs: 15_000,
  fetchedEventsMax: 1_024,
  fetchedBytesMax: 8 * 1024 * 1024,
  reachableTimeoutMs: 3_000,
  closeTimeoutMs: 5_000,
};

/** The limits of these settings. @throws RangeError for a number that is not whole and positive, or too many in flight */
export function limitsOf(settings: EventStoreDbSettings): EventStoreDbLimits {
  const limits = { ...EVENTSTOREDB_LIMITS, ...settings.limits };
  for (const [name, limit] of Object.entries<number>({ ...limits })) {
    if (!Number.isSafeInteger(limit) || limit <= 0)
      throw new RangeError(`${name}: ${limit} is no whole positive number`);
  }
  if (limits.appendsInFlightMax > EVENTSTOREDB_LIMITS.appendsInFlightMax) {
    throw new RangeError(`appendsInFlightMax: at most ${EVENTSTOREDB_LIMITS.appendsInFlightMax}`);
  }
  return limits;
}
