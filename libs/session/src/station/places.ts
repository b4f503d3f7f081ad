import type { Statement } from '@ledger/meter';
import { keyOf, through, type Indexed } from './indexed';

/** A place on a station. */
export interface Place {
  readonly evse: string | undefined;
  readonly connector: string | undefined;
}

/** Where a statement says it was made. */
export function placeOf({ evse, connector }: Statement): Place {
  return { evse, connector };
}

/** Whether two places are the same connector, as far as both name it. A place that names nothing is no place. */
export function isSamePlace(one: Place, other: Place): boolean {
  const isSameConnector =
    one.connector === other.connector || one.connector === undefined || other.connector === undefined;
  const isSameEvse = one.evse === other.evse || one.evse === undefined || other.evse === undefined;
  return isSameConnector && isSameEvse && isNamed(one) && isNamed(other);
}

/** Whether a place names anything. */
export function isNamed({ evse, connector }: Place): boolean {
  return connector !== undefined || evse !== undefined;
}

/** The connector 0 of OCPP is the station as a whole: nothing about it ever belongs to a session. */
export function isWholeStation({ connector }: Place): boolean {
  return connector === '0';
}

/** What lies at places, each under keys of its own. */
type Lying = 'place' | 'beside';

/** The key of what lies at exactly this place; what follows it is a time. */
export function keyOfPlace({ evse, connector }: Place, lying: Lying = 'place'): string {
  return keyOf(lying, named(evse), named(connector));
}

function named(name: string | undefined): string {
  return name === undefined ? '' : `=${name}`;
}

/** The keys of all places in an index that are the same connector as this one. */
export function* keysAt<Item>(
  index: Indexed<Item>,
  place: Place,
  of: (item: Item) => Place,
  lying: Lying = 'place',
): Generator<string> {
  let found = index.first(lying);
  while (found !== undefined) {
    const other = of(found[1]);
    const key = keyOfPlace(other, lying);
    if (isSamePlace(other, place)) yield key;
    found = index.first(lying, through(key));
  }
}
