import type { Clock, CrashPoint, EventStore, KeyStore, MeterFeed, Random, ReadModel } from '@ledger/ports';
import type { Instant } from '@ledger/units';
import type { GatewayReader } from '@ledger/usecases';
import type { ValueProvider } from '@nestjs/common';
import type { Registry } from 'prom-client';

import type { Logger } from './logs';
import type { Settings } from './settings';
import type { Workers } from './workers';

/** What the user of the store may do to streams of a prefix beyond appending and reading. */
export interface StreamRights {
  readonly prefix: string;
  readonly mayDelete: boolean;
  readonly mayTombstone: boolean;
  readonly mayMark: boolean;
}

/** How the rights of a store's user are found out. */
export interface StoreRights {
  /** False where everybody who reaches the server may do everything, because it knows no users. */
  readonly hasUser: boolean;
  /** Tries, without changing anything, what must not be allowed. @throws StoreUnavailable */
  check(): Promise<readonly StreamRights[]>;
}

/** The engines of one process, as its settings name them. */
export interface Engines {
  readonly feed: MeterFeed;
  readonly store: EventStore;
  readonly readModel: ReadModel;
  readonly keys: KeyStore;
  readonly clock: Clock;
  readonly random: Random;
  /** How messages of the topic that gateways write themselves are unwrapped; absent where the feed has no such topic. */
  readonly gatewayMessages?: GatewayReader;
  /** Removes what a feed without retention of its own has kept long enough and every group has read; answers how much. */
  readonly trimFeed?: (before: Instant) => Promise<bigint>;
  /** What the user of the store may do; absent where the store is a file of this process. */
  readonly storeRights?: StoreRights;
  /** Closes all engines, the read model first and the store last. */
  close(): Promise<void>;
}

/** What every controller and worker of a process may use. */
export interface Runtime {
  readonly settings: Readonly<Settings>;
  readonly engines: Engines;
  readonly logger: Logger;
  readonly metrics: Registry;
  readonly crash: CrashPoint;
  /** Whose data every caller sees while authentication is off. */
  readonly tenant: string;
  workers(): Workers;
}

/** Nest's token for the runtime. */
export const RUNTIME = Symbol('runtime');

/** Provides the runtime to the controllers of a module. */
export function runtimeProvider(runtime: Runtime): ValueProvider<Runtime> {
  return { provide: RUNTIME, useValue: runtime };
}

/** The tenant of every call while authentication is off. */
export const DEFAULT_TENANT = 'default';
