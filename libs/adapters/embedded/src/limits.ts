/** The limits of the embedded engines. Each bounds memory, disk or the time for which one piece of work holds the others up. */
export const EMBEDDED_LIMITS = {
  /** Bytes of appends that wait for their commit; above it appends are refused with StoreUnavailable. */
  appendsWaitingBytesMax: 64 * 1024 * 1024,
  /** Bytes of appends after which a transaction is full. */
  appendsGroupBytesMax: 4 * 1024 * 1024,
  /** Streams whose last revision is kept in memory. */
  streamHeadsMax: 100_000,
  /** Events that a stream's reader takes from the file at a time. */
  readPageEvents: 250,
  /** Positions that a follower looks at in one go. */
  scanPositionsMax: 2_000,
  /** Characters of data after which a followed batch is handed over as it is. */
  followBatchCharsMax: 4 * 1024 * 1024,
  /** Prefixes of one follower. */
  followPrefixesMax: 64,
  /** Milliseconds after which a follower looks for events, should no commit wake it. */
  followPollMs: 1_000,
  /** Positions without a match after which a follower is told, so that its checkpoint moves on. */
  quietPositionsMax: 5_000,
  /** Partitions of each topic in a new data folder; an existing folder keeps what it has. */
  feedPartitions: 4,
  /** Most partitions that a topic may be given. */
  feedPartitionsMax: 64,
  /** Bytes of messages that wait for the disk; above it publishing answers FeedFull. */
  publishesWaitingBytesMax: 32 * 1024 * 1024,
  /** Bytes of messages after which a transaction is full. */
  publishesGroupBytesMax: 2 * 1024 * 1024,
  /** Bytes of values after which a consumed batch is handed over as it is. */
  consumeBatchBytesMax: 4 * 1024 * 1024,
  /** Milliseconds after which a consumer looks for records, should no publish wake it. */
  consumePollMs: 1_000,
  /** Records that one transaction of a sweep removes. */
  trimRecordsMax: 5_000,
  /** Statements of the read model that are kept prepared. */
  readStatementsMax: 256,
  /** Subjects whose keys are kept in memory. */
  subjectsCachedMax: 50_000,
  /** Tenants whose peppers are kept in memory. */
  peppersCachedMax: 1_000,
  /** New subjects that wait for the disk; above it they are refused with StoreUnavailable. */
  subjectsWaitingMax: 50_000,
  /** New subjects that share a transaction. */
  subjectsGroupMax: 1_000,
  /** Memory for pages of the event file. */
  eventCacheKib: 16 * 1024,
  /** Memory for pages of the feed file. */
  feedCacheKib: 16 * 1024,
  /** Memory for pages of the read model's file. */
  readCacheKib: 16 * 1024,
  /** Memory for pages of the key file. */
  keyCacheKib: 8 * 1024,
} as const;
