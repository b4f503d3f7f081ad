import { randomBytes, randomUUID } from 'node:crypto';
import type { EventStore, Random } from '@ledger/ports';
import type { Trial } from '@ledger/ports/trial.contract';
import { SystemClock } from '../../embedded/src';
import { startEventStoreDbServer, type EventStoreDbServer } from '../../../../test/support/eventstoredb-server';
import { openEventStoreDb, type EventStoreDbLimits, type EventStoreDbStore } from '.';

/** Chance as the machine gives it. */
export const machineRandom: Random = {
  uuid: () => randomUUID(),
  bytes: (length) => randomBytes(length),
};

/** A store at that address, with the machine's clock. */
export function storeAt(url: string, limits: Partial<EventStoreDbLimits> = {}): EventStoreDbStore {
  return openEventStoreDb({ url, clock: new SystemClock(), random: machineRandom, limits });
}

/** The contract's trial on a server: the one at the address, or a fresh protocol server. */
export async function serverTrial(url?: string): Promise<Trial<EventStore>> {
  const server = url === undefined ? await startEventStoreDbServer() : undefined;
  const address = url ?? server?.url ?? '';
  let port = storeAt(address);
  return {
    get port() {
      return port;
    },
    reopen: async () => {
      await port.close();
      server?.stop();
      await server?.start();
      port = storeAt(address);
      return port;
    },
    end: async () => {
      await port.close();
      server?.close();
    },
  };
}

/** Limits that let a test see a timeout without waiting for long. Connecting must fit in too, on a busy machine. */
export const IMPATIENT: Partial<EventStoreDbLimits> = {
  appendTimeoutMs: 500,
  readTimeoutMs: 500,
  followIdleMs: 500,
  reachableTimeoutMs: 500,
  closeTimeoutMs: 300,
};

/** Limits that bring a follower back soon. */
const BRISK: Partial<EventStoreDbLimits> = { retryFirstMs: 5, retryLongestMs: 40 };

/** A protocol server and a store on it, for one test. */
export interface Bench {
  readonly server: EventStoreDbServer;
  readonly store: EventStoreDbStore;
}

/** Runs a test on a server and a store of its own, and closes both whatever happens. */
export async function onServer(
  test: (bench: Bench) => Promise<void>,
  limits: Partial<EventStoreDbLimits> = {},
): Promise<void> {
  const server = await startEventStoreDbServer();
  const store = storeAt(server.url, { ...BRISK, ...limits });
  try {
    await test({ server, store });
  } finally {
    await store.close();
    server.close();
  }
}
