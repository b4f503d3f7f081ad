/** What a run may meet, by the name under which the runner counts it. */
export const HAPPENINGS = [
  // Faults, as they take effect.
  'crash',
  'crash at a step',
  'unavailable',
  'unknown: applied',
  'unknown: lost',
  'unknown: late',
  'torn batch',
  'request or answer lost',
  'partitions moved',
  'two owners at once',
  'delivered again',
  'clock off',
  'clock jumped',
  'power lost',
  'a stranger wrote',
  // What is told, and how.
  'raw OCPP 1.6',
  'raw OCPP 2.0.1',
  'sent through the feed',
  'no transaction named',
  'transaction id used again',
  'poison',
  // What the ledger made of it.
  'duplicate',
  'conflicting',
  'late',
  'closed by time',
  'amended',
  'price changed after a session',
  'no tariff',
] as const;

/** One kind of thing that a run may meet. */
export type Happening = (typeof HAPPENINGS)[number];
