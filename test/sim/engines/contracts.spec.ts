import type { EventStore, KeyStore, MeterFeed, ReadModel } from '@ledger/ports';
import { eventStoreContract } from '@ledger/ports/event-store.contract';
import { keyStoreContract } from '@ledger/ports/key-store.contract';
import { meterFeedContract } from '@ledger/ports/meter-feed.contract';
import { readModelContract } from '@ledger/ports/read-model.contract';
import type { Trial } from '@ledger/ports/trial.contract';

import { Chance } from '../chance';
import { Schedule } from '../schedule';
import { FaultyWire, Life } from '../wire';
import type { Wire } from '../wire';
import { EventLog } from './event-log';
import { FeedLog } from './feed-log';
import { SimRandom } from './machine';
import { SimEventStore } from './sim-event-store';
import { KeyVault, SimKeyStore } from './sim-key-store';
import { SimMeterFeed } from './sim-meter-feed';
import { SimReadModel } from './sim-read-model';
import { Tables } from './tables';

const SEED = 1;

/** A schedule that runs by itself, an entry at a time, while others wait. */
function runningSchedule(): Schedule {
  const schedule = new Schedule(Date.now());
  let isRunning = false;
  const run = (): void => {
    isRunning = schedule.step();
    if (isRunning) setImmediate(run);
  };
  schedule.onAdded = () => {
    if (isRunning) return;
    isRunning = true;
    setImmediate(run);
  };
  return schedule;
}

/** A trial of a port on an engine that stays when the port is opened again, as another process. */
function simulated<Port extends { close(): Promise<void> }>(
  open: () => (wire: Wire, life: Life) => Port,
): () => Promise<Trial<Port>> {
  return () => {
    const wire = new FaultyWire(runningSchedule(), new Chance(SEED));
    const opened = open();
    let port = opened(wire, new Life('first'));
    return Promise.resolve({
      get port() {
        return port;
      },
      reopen: async () => {
        await port.close();
        return (port = opened(wire, new Life('again')));
      },
      end: () => port.close(),
    });
  };
}

describe('the simulated engines, with faults off', () => {
  eventStoreContract(
    'SimEventStore',
    simulated<EventStore>(() => {
      const log = new EventLog();
      return (wire, life) => new SimEventStore(wire, life, log);
    }),
  );
  meterFeedContract(
    'SimMeterFeed',
    simulated<MeterFeed>(() => {
      const log = new FeedLog();
      return (wire, life) => new SimMeterFeed(wire, life, log);
    }),
  );
  readModelContract(
    'SimReadModel',
    simulated<ReadModel>(() => {
      const tables = new Tables();
      return (wire, life) => new SimReadModel(wire, life, tables);
    }),
  );
  keyStoreContract(
    'SimKeyStore',
    simulated<KeyStore>(() => {
      const vault = new KeyVault(new SimRandom(new Chance(SEED)));
      return (wire, life) => new SimKeyStore(wire, life, vault);
    }),
  );
});
