import type { EventLog } from '../engines/event-log';
import type { FeedLog } from '../engines/feed-log';
import type { KeyVault } from '../engines/sim-key-store';
import type { Tables } from '../engines/tables';

/** What outlives the processes. */
export interface Engines {
  readonly log: EventLog;
  readonly feed: FeedLog;
  readonly tables: Tables;
  readonly vault: KeyVault;
}
