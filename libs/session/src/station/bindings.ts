import type { Instant } from '@ledger/units';
import type { PreviousSession } from '../plausibility';
import type { EndBound } from '../events';
import { bindingKeys, endOfBinding, noteOf, startOfBinding, type Binding } from './binding';
import { keyOf, through, type Placed } from './indexed';
import { keysAt, type Place } from './places';
import { bindingOfSession, type Station } from './station';

/** The session of a transaction id or alias. Where an id was used again, the latest that had begun by `at`, else the first. */
export function bindingOf({ known }: Station, transaction: string, at: Instant): Binding | undefined {
  const key = bindingKeys.name(transaction);
  const begun = known.last(key, through(keyOf(key, at)))?.[1];
  return begun !== undefined && isCalled(begun, transaction) ? begun : firstCalled({ known }, transaction);
}

/** The first session of a transaction id or alias. */
export function firstCalled({ known }: Pick<Station, 'known'>, transaction: string): Binding | undefined {
  for (const [, one] of known.under(bindingKeys.name(transaction))) if (isCalled(one, transaction)) return one;
  return undefined;
}

function isCalled({ transaction, aliases }: Binding, name: string): boolean {
  return transaction === name || aliases.includes(name);
}

/** The session that a start began. */
export function bindingOfStart({ known }: Pick<Station, 'known'>, start: string): Binding | undefined {
  for (const [, one] of known.under(bindingKeys.start(start))) if (one.starts.includes(start)) return one;
  return undefined;
}

/** The session that began last at a place by a time, whether it ended or not. */
export function begunAt({ known }: Pick<Station, 'known'>, place: Place, at: Instant): Binding | undefined {
  let latest: Binding | undefined;
  for (const key of keysAt(known, place, (one) => one)) {
    const found = known.last(key, through(keyOf(key, at)))?.[1];
    if (found !== undefined && (latest === undefined || isLater(found, latest, ({ startedAt }) => startedAt))) {
      latest = found;
    }
  }
  return latest;
}

/** By time, then by id. */
function isLater(one: Binding, other: Binding, timeOf: (binding: Binding) => Instant | undefined): boolean {
  const [first, second] = [timeOf(one) ?? '', timeOf(other) ?? ''];
  return first === second ? one.session > other.session : first > second;
}

/** The session before on the same connector, for the continuity of its meter and for overlaps. */
export function previousOf(station: Station, session: string): PreviousSession | undefined {
  const binding = bindingOfSession(station, session);
  const startedAt = binding === undefined ? undefined : startOfBinding(binding);
  if (binding === undefined || startedAt === undefined) return undefined;
  const before = neighbour(station, binding, (key) => station.known.last(key, keyOf(key, startedAt)), isBesideLater);
  return before === undefined ? undefined : endingOf(before);
}

function endingOf(binding: Binding): PreviousSession | undefined {
  const note = noteOf(binding);
  const endedAt = note?.endedAt ?? endOfBinding(binding);
  if (endedAt === undefined) return undefined;
  const { registerStartWh, registerEndWh } = note ?? {};
  return {
    endedAt,
    ...(registerStartWh === undefined ? {} : { registerStartWh }),
    ...(registerEndWh === undefined ? {} : { registerEndWh }),
  };
}

/** The session after on the same connector, as far as the station remembers it. */
export function nextOf(station: Station, session: string): string | undefined {
  const binding = bindingOfSession(station, session);
  const startedAt = binding === undefined ? undefined : startOfBinding(binding);
  if (binding === undefined || startedAt === undefined) return undefined;
  const found = neighbour(
    station,
    binding,
    (key) => station.known.first(key, through(keyOf(key, startedAt))),
    (one, other) => isBesideLater(other, one),
  );
  return found?.session;
}

function isBesideLater(one: Binding, other: Binding): boolean {
  return isLater(one, other, startOfBinding);
}

/** Of the neighbours at each place that is the same, the one that comes first. */
function neighbour(
  { known }: Station,
  binding: Binding,
  at: (key: string) => Placed<Binding> | undefined,
  comesFirst: (one: Binding, other: Binding) => boolean,
): Binding | undefined {
  let first: Binding | undefined;
  for (const key of keysAt(known, binding, (one) => one, 'beside')) {
    const found = at(key)?.[1];
    if (found !== undefined && (first === undefined || comesFirst(found, first))) first = found;
  }
  return first;
}

/** The start of the session after on the same connector: it bounds a missing stop. */
export function boundOf(station: Station, session: string): EndBound | undefined {
  const next = laterOf(station, session);
  if (next?.startedAt === undefined) return undefined;
  const { startedAt: at, registerStartWh: registerWh } = next;
  return { at, ...(registerWh === undefined ? {} : { registerWh }) };
}

/** The session that began last before this one at the same place. */
export function earlierOf({ known }: Station, { startedAt, ...place }: Binding): Binding | undefined {
  if (startedAt === undefined) return undefined;
  let latest: Binding | undefined;
  for (const key of keysAt(known, place, (one) => one)) {
    const found = known.last(key, keyOf(key, startedAt))?.[1];
    if (found !== undefined && (latest === undefined || isLater(found, latest, (one) => one.startedAt))) latest = found;
  }
  return latest;
}

function laterOf(station: Station, session: string): Binding | undefined {
  const binding = bindingOfSession(station, session);
  const { startedAt } = binding ?? {};
  if (binding === undefined || startedAt === undefined) return undefined;
  let next: Binding | undefined;
  for (const key of keysAt(station.known, binding, (one) => one)) {
    const found = station.known.first(key, through(keyOf(key, startedAt)))?.[1];
    if (found !== undefined && (next === undefined || isLater(next, found, (one) => one.startedAt))) next = found;
  }
  return next;
}
