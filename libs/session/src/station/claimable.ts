import type { Placed } from './indexed';
import { keyOf } from './indexed';
import { keysAt, placeOf } from './places';
import type { Station } from './station';
import type { Stretch } from './stretches';
import { waitingKeys, type Waiting } from './waiting';

/**
 * The waiting statements that may find a session after something changed at some places and times: ends last, so that
 * what came before them finds a running session; else by device time, then in the order in which they came.
 */
export function claimable({ waiting }: Station, changed: readonly Stretch[]): readonly Waiting[] {
  const found = new Map<number, Waiting>(waiting.under(waitingKeys.stops));
  for (const stretch of changed) {
    for (const key of keysAt(waiting, stretch, ({ statement }) => placeOf(statement))) {
      for (const [order, one] of waiting.under(key, keyOf(key, stretch.from))) {
        if (stretch.to !== undefined && one.statement.at >= stretch.to) break;
        found.set(order, one);
      }
    }
  }
  return [...found].sort(inTurn).map(([, one]) => one);
}

function inTurn([one, first]: Placed<Waiting>, [other, second]: Placed<Waiting>): number {
  const rank = rankOf(first) - rankOf(second);
  if (rank !== 0) return rank;
  const { at } = second.statement;
  if (first.statement.at === at) return one - other;
  return first.statement.at < at ? -1 : 1;
}

function rankOf({ statement }: Waiting): number {
  return statement.kind === 'ended' ? 1 : 0;
}
