import type { Instant } from '@ledger/units';
import type { Binding } from './binding';
import { keyOf, through, type Indexed } from './indexed';
import { isNamed, keyOfPlace, type Place } from './places';

/** A stretch of time at a place in which a waiting statement may find a session that it did not find before. */
export interface Stretch extends Place {
  readonly from: Instant;
  /** The start of the next session, from which on nothing changed. */
  readonly to: Instant | undefined;
}

/** Stretches that are remembered one by one; beyond them those of one place become one. */
const STRETCHES_MAX = 8;

/** The time for which a transaction, or what is said of it, counts: from its start to the next start at the very same place. */
export function stretchOf(
  known: Indexed<Binding>,
  { evse, connector, startedAt }: Place & Pick<Binding, 'startedAt'>,
): Stretch | undefined {
  const place = { evse, connector };
  if (startedAt === undefined || !isNamed(place)) return undefined;
  const key = keyOfPlace(place);
  const next = known.first(key, through(keyOf(key, startedAt)));
  return { ...place, from: startedAt, to: next?.[1].startedAt };
}

/** Remembers stretches beside others. */
export function withStretches(
  stretches: readonly Stretch[],
  more: readonly (Stretch | undefined)[],
): readonly Stretch[] {
  const news = more.filter((one) => one !== undefined);
  if (news.length === 0) return stretches;
  const all = [...stretches, ...news];
  return all.length <= STRETCHES_MAX ? all : merged(all);
}

function merged(stretches: readonly Stretch[]): readonly Stretch[] {
  const byPlace = new Map<string, Stretch>();
  for (const one of stretches) {
    const key = keyOfPlace(one);
    const other = byPlace.get(key);
    byPlace.set(
      key,
      other === undefined ? one : { ...one, from: earlier(one.from, other.from), to: later(one, other) },
    );
  }
  return [...byPlace.values()];
}

function earlier(one: Instant, other: Instant): Instant {
  return one < other ? one : other;
}

function later({ to: one }: Stretch, { to: other }: Stretch): Instant | undefined {
  if (one === undefined || other === undefined) return undefined;
  return one > other ? one : other;
}
