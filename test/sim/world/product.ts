import type { EventStore, MeterFeed, ReadModel } from '@ledger/ports';
import { fold, openSessionStreams, takeGatewayMessages } from '@ledger/usecases';

import type { Engines } from './engines';

/** What of the ledger runs in a world, so that a planted bug can take the place of a part. */
export interface Product {
  readonly store: (store: EventStore) => EventStore;
  readonly feed: (feed: MeterFeed) => MeterFeed;
  readonly model: (model: ReadModel) => ReadModel;
  readonly takeGatewayMessages: typeof takeGatewayMessages;
  readonly fold: typeof fold;
  readonly openSessions: typeof openSessionStreams;
  /** What the engines lose when their power fails: nothing, because they answer when it is synced. */
  readonly powerFails: (engines: Engines) => void;
}

/** The ledger as it is. */
export const LEDGER: Product = {
  store: (store) => store,
  feed: (feed) => feed,
  model: (model) => model,
  takeGatewayMessages,
  fold,
  openSessions: openSessionStreams,
  powerFails: () => undefined,
};
