import { readJson } from '@ledger/units';
import type { Instant } from '@ledger/units';
import { publishing } from '@ledger/usecases';

import { LOCATION, TARIFF } from '../../support/book';
import { testJson } from '../../support/fleet';
import { EventLog } from '../engines/event-log';
import { SimClock } from '../engines/machine';
import { SimEventStore } from '../engines/sim-event-store';
import { Schedule } from '../schedule';
import { Life, directWire } from '../wire';
import { STATIONS } from './evidence';

export const TENANT = 'default';

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
  const publisher = { tenant: TENANT, correlation: 'world' };
  const [evse] = LOCATION.evses;
  const evses = STATIONS.map((station) => ({ ...evse, uid: `${station}*1` }));
  await publish.location(valueOf({ ...LOCATION, evses }), publisher);
  await publish.tariff(valueOf(TARIFF), publisher);
  const from = '2020-01-01T00:00:00.000Z' as string as Instant;
  await publish.assignment({ tariff: 'T-1', scope: { location: 'LOC-1' }, from }, publisher);
  return log;
}

function valueOf(object: unknown): unknown {
  const reading = readJson(testJson(object));
  if (!reading.ok) throw new Error(reading.reason);
  return reading.value;
}
