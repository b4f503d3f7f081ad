import { sha256Hex } from '@ledger/units';

import type { DemoEvent } from './real-data';

/** How the events are delivered. */
export interface Delivery {
  /** Shuffles all events; the same seed gives the same order. */
  readonly shuffle?: string;
  /** Sends every event twice. */
  readonly twice: boolean;
}

/** The lines to send, in the order to send them. */
export function deliver(events: readonly DemoEvent[], { shuffle, twice }: Delivery): readonly string[] {
  const copies = twice ? [...events, ...events] : events;
  if (shuffle === undefined) return copies.map(({ line }) => line);
  return copies
    .map(({ id, line }, at) => ({ line, order: sha256Hex(`${shuffle}\n${id}\n${at}`) }))
    .sort((a, b) => (a.order < b.order ? -1 : 1))
    .map(({ line }) => line);
}
