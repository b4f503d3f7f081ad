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
