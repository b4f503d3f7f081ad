import type { Statement, StatementKind } from '@ledger/meter';
import type { Instant } from '@ledger/units';
import type { Origin } from '../events';
import { Indexed, keyOf } from './indexed';
import { isNamed, isWholeStation, keyOfPlace, type Place } from './places';

/** One content of a statement that names no transaction. */
export interface Content {
  readonly digest: string;
  readonly origin: Origin | undefined;
  /** Present as long as the station keeps it: one that found its session lies there. */
  readonly statement: Statement | undefined;
}

/** A statement that names no transaction, under its identity; mostly it has one content. */
export interface Nameless extends Place {
  readonly identity: string;
  readonly kind: StatementKind;
  /** The earliest of its contents. */
  readonly at: Instant;
  readonly contents: readonly Content[];
  /** Where it belongs by what is known. */
  readonly session: string | undefined;
  readonly transaction: string | undefined;
  /** The sessions to which it belonged at any time: where the station keeps it no more, one of their streams does. */
  readonly lies: readonly string[];
}

/** Nothing of the kind yet. */
export const noNameless: Indexed<Nameless> = Indexed.by(keysOf);

/** The keys under which they are found. Those of `starts`, `stops` and `stopsOf` are followed by their time. */
export const namelessKeys = {
  identity: (identity: string): string => keyOf('identity', identity),
  /** Starts that have no session. */
  starts: 'starts',
  /** Ends, wherever they are. */
  stops: 'stops',
  /** The ends that were found to be those of a session. */
  stopsOf: (session: string): string => keyOf('stops of', session),
};

function keysOf(one: Nameless): readonly string[] {
  const { identity, kind, at, session } = one;
  const own = namelessKeys.identity(identity);
  if (kind === 'started') return session === undefined ? [own, keyOf(namelessKeys.starts, at, identity)] : [own];
  if (isWholeStation(one)) return [own];
  if (kind !== 'ended') return isNamed(one) ? [own, keyOf(keyOfPlace(one), at, identity)] : [own];
  const ofSession = session === undefined ? [] : [keyOf(namelessKeys.stopsOf(session), at, identity)];
  return [own, keyOf(namelessKeys.stops, at, identity), ...ofSession];
}
