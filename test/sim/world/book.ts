import { publishing } from '@ledger/usecases';

import { EventLog } from '../engines/event-log';
import { SimClock } from '../engines/machine';
import { SimEventStore } from '../engines/sim-event-store';
import { Schedule } from '../schedule';
import { Life, directWire } from '../wire';
import { FIRST_BOOK } from './publications';

export const TENANT = 'default';

/** Under which a world publishes. */
export const PUBLISHER = { tenant: TENANT, correlation: 'world' };

/** When a world begins. */
export const WORLD_START_MS = Date.parse('2026-06-01T12:00:00.000Z');

let published: Promise<EventLog> | undefined;

/** A log that holds the places and the prices of a world, and nothing else yet. */
export async function logWithBook(): Promise<EventLog> {
  published ??= publishBook();
  const log = new EventLog();
  for (const event of (await published).events) {
    log.append(event.stream, event.revision === 0n ? 'none' : event.revision - 1n, [event], event.recordedAt);
  }
  return log;
}

async function publishBook(): Promise<EventLog> {
  const log = new EventLog();
  const schedule = new Schedule(WORLD_START_MS);
  const life = new Life('publisher');
  const store = new SimEventStore(directWire(schedule), life, log);
  const publish = publishing({ store, clock: new SimClock(schedule, life), crash: () => undefined });
  for (const each of FIRST_BOOK) await each.publish(publish, PUBLISHER);
  return log;
}
