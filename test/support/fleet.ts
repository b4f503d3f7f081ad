import { readJson } from '@ledger/units';
import type { Instant } from '@ledger/units';

import { LOCATION, TARIFF } from './book';
import { sessionEvents } from './events';
import type { TestEvent } from './events';
import type { Pipeline } from './pipeline';
import { TENANT } from './pipeline';
import { randomOf } from './random-numbers';

/** A session of half-hourly registers, told by its number: some idle at the end, some short, with decimals. */
export function sessionNumber(number: number, samples = 2): readonly TestEvent[] {
  const station = number % 3 === 0 ? 'ST-1' : `ST-${1 + (number % 3)}`;
  const start = Date.parse('2026-05-01T06:00:00Z') + number * 5_400_000;
  const registers = Array.from({ length: samples + 2 }, (_, at): readonly [string, string] => {
    const wh = number * 40_000 + Math.min(at, 2) * (1_250 + number) + (number % 2 === 0 ? 0.125 : 0) * at;
    return [new Date(start + at * 1_800_000).toISOString(), `${wh}`];
  });
  return sessionEvents({ station, transaction: `tx-${number}`, registers });
}

/** The events of many sessions, one session after the other. */
export function sessions(count: number, samples = 2): readonly TestEvent[] {
  return Array.from({ length: count }, (_, number) => sessionNumber(number, samples)).flat();
}

/** Publishes the test location and tariff, and assigns the tariff there. */
export async function publishTestBook(pipeline: Pipeline): Promise<void> {
  const publisher = { tenant: TENANT, correlation: 'test' };
  const publishing = pipeline.publishing();
  for (const [kind, object] of [
    ['location', LOCATION],
    ['tariff', TARIFF],
  ] as const) {
    const reading = readJson(testJson(object));
    if (!reading.ok) throw new Error(reading.reason);
    await publishing[kind](reading.value, publisher);
  }
  const from = '2020-01-01T00:00:00.000Z' as string as Instant;
  await publishing.assignment({ tariff: 'T-1', scope: { location: 'LOC-1' }, from }, publisher);
}

/** The JSON text of a test object; its decimals are written as numbers. */
export function testJson(object: unknown): string {
  return JSON.stringify(object, (_, value: unknown) => (isNumberText(value) ? +value.text : value));
}

function isNumberText(value: unknown): value is { text: string } {
  return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
}

/** Shuffles by a seed: the same seed gives the same order. */
export function shuffled<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const random = randomOf(seed);
  const left = [...items];
  const order: Item[] = [];
  while (left.length > 0) order.push(...left.splice(Math.floor(random() * left.length), 1));
  return order;
}

/** Cuts a list into pieces of a size. */
export function pieces<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}
