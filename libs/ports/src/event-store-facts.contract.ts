import { randomUUID } from 'node:crypto';
import { canon } from '@ledger/units';
import type { EventStore, NewEvent } from './event-store';

/** An event of that type with fresh id; `data` names it. */
export function fact(type: string, data: unknown = { type }): NewEvent {
  return { id: randomUUID(), type, data: canon(data), metadata: canon({ of: type }) };
}

/** Several events, named by number. */
export function facts(count: number): NewEvent[] {
  return Array.from({ length: count }, (_, index) => fact(`Fact${index}`));
}

/** All that an iterable yields. */
export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** The types of a stream's events, in order. */
export async function typesIn(store: EventStore, stream: string): Promise<string[]> {
  return (await all(store.read(stream))).map((event) => event.type);
}
