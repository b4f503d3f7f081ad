import type { Statement } from '@ledger/meter';
import type { Origin } from '../events';
import { Indexed, keyOf } from './indexed';
import { isNamed, isWholeStation, keyOfPlace, placeOf } from './places';

/** A kept statement that may still find its session. */
export interface Waiting {
  readonly statement: Statement;
  readonly origin: Origin | undefined;
  /** Message ids of a start that waits for its answer. */
  readonly calls: readonly string[];
}

/** Nothing waits. */
export const nothingWaiting: Indexed<Waiting> = Indexed.by(keysOf);

/** The keys under which waiting statements are found. Those of `starts` and `stops` are followed by their time. */
export const waitingKeys = {
  same: (identity: string, digest: string): string => keyOf('same', identity, digest),
  identity: (identity: string): string => keyOf('start', identity),
  call: (call: string): string => keyOf('call', call),
  starts: 'starts',
  /** Ends that name no place: in OCPP 1.6 none does. */
  stops: 'stops',
};

function keysOf({ statement, calls }: Waiting): readonly string[] {
  const { identity, digest, at } = statement;
  const same = waitingKeys.same(identity, digest);
  if (statement.kind !== 'started') return [same, ...placesOf(statement)];
  return [same, waitingKeys.identity(identity), ...calls.map(waitingKeys.call), keyOf(waitingKeys.starts, at)];
}

/** Where a session may look for the statement. */
function placesOf(statement: Statement): readonly string[] {
  const place = placeOf(statement);
  if (isWholeStation(place)) return [];
  if (isNamed(place)) return [keyOf(keyOfPlace(place), statement.at)];
  return statement.kind === 'ended' ? [keyOf(waitingKeys.stops, statement.at)] : [];
}
