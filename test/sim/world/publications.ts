import { JsonNumber, readJson } from '@ledger/units';
import type { Instant } from '@ledger/units';
import type { Publication, Publisher, Publishing } from '@ledger/usecases';

import { ASSIGNMENT, LOCATION, TARIFF } from '../../support/book';
import { testJson } from '../../support/fleet';
import type { Chance } from '../chance';

/** Something that is published: what of it a session's price depends on stands beside it. */
export interface Publishable {
  readonly publish: (publishing: Publishing, publisher: Publisher) => Promise<Publication>;
  /** A new price for sessions that start from a moment on, in ten-thousandths of a EUR per Wh. */
  readonly price?: { readonly perWh: bigint; readonly from: string };
  /** Stations that the location has from now on. */
  readonly stations?: readonly string[];
}

/** Stations of a world. */
export const STATIONS = ['ST-1', 'ST-2', 'ST-3'] as const;
/** In the middle of the first sessions. */
const DEARER_FROM = '2026-05-01T07:00:00.000Z';

/** The prices and the place that a world begins with. */
export const FIRST_BOOK: readonly Publishable[] = [
  location('2020-01-01T00:00:00Z', STATIONS),
  {
    publish: (publishing, publisher) => publishing.tariff(valueOf(TARIFF), publisher),
    price: { perWh: 3n, from: '2020-01-01T00:00:00.000Z' },
  },
  {
    publish: (publishing, publisher) =>
      publishing.assignment({ ...ASSIGNMENT, from: instant(ASSIGNMENT.from) }, publisher),
  },
];

/** What is published while sessions are told of: a dearer version, another tariff for one station, a changed place. */
export function drawPublications(chance: Chance): readonly Publishable[] {
  const drawn: Publishable[] = [];
  if (chance.happens(0.2)) drawn.push(dearer());
  if (chance.happens(0.15)) drawn.push(location('2026-05-20T00:00:00Z', STATIONS.slice(0, chance.between(1, 3))));
  return drawn;
}

/** What the publications come to for one session, once all of them are known. */
export function pricePerWhOf(
  publications: readonly Publishable[],
  { station, startedAt }: { readonly station: string; readonly startedAt: string },
): bigint | undefined {
  const all = [...FIRST_BOOK, ...publications];
  const stations = all.findLast((each) => each.stations !== undefined)?.stations ?? [];
  if (!stations.includes(station)) return undefined;
  return all.findLast(({ price }) => price !== undefined && price.from <= startedAt)?.price?.perWh;
}

function dearer(): Publishable {
  const [{ price_components: components }] = TARIFF.elements as [(typeof TARIFF.elements)[number]];
  const raised = components.map((each) => (each.type === 'ENERGY' ? { ...each, price: new JsonNumber('0.40') } : each));
  const tariff = { ...TARIFF, last_updated: DEARER_FROM, elements: [{ price_components: raised }] };
  return {
    publish: (publishing, publisher) => publishing.tariff(valueOf(tariff), publisher),
    price: { perWh: 4n, from: DEARER_FROM },
  };
}

function location(lastUpdated: string, stations: readonly string[]): Publishable {
  const [evse] = LOCATION.evses;
  const evses = stations.map((station) => ({ ...evse, uid: `${station}*1` }));
  const value = { ...LOCATION, last_updated: lastUpdated, evses };
  return { publish: (publishing, publisher) => publishing.location(valueOf(value), publisher), stations };
}

function valueOf(object: unknown): unknown {
  const reading = readJson(testJson(object));
  if (!reading.ok) throw new Error(reading.reason);
  return reading.value;
}

function instant(text: string): Instant {
  return text as Instant;
}
