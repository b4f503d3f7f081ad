import type { Statement } from '@ledger/meter';
import type { Origin } from '../events';
import type { Kept } from '../kept-statements';
import type { Session } from '../session';
import { belongingOf, isInferredIn, type Belonging } from './belonging';
import type { Station } from './station';

/** A statement in a session's stream that belongs elsewhere by what the station knows now. */
export interface Misplaced {
  readonly statement: Statement;
  readonly origin: Origin | undefined;
  /** Its transaction was found by connector and time. */
  readonly isInferred: boolean;
  /** Undefined where no session is known for it. */
  readonly to: Belonging | undefined;
  /** Whether the session counts it still. */
  readonly isHeld: boolean;
}

/**
 * The statements of a session that belong elsewhere, and those that it had to give away before with the session that they
 * belong to now. Giving one twice changes nothing.
 */
export function misplacedIn(session: Session, station: Station): readonly Misplaced[] {
  const held = session.kept.all().flatMap((kept) => misplaced(kept, station, true));
  const given = session.withdrawn.flatMap((kept) => misplaced(kept, station, false));
  return [
    ...held.filter(({ to }) => to?.session !== session.key.session),
    ...given.filter(({ to }) => to !== undefined),
  ];
}

function misplaced({ statement, origin }: Kept, station: Station, isHeld: boolean): readonly Misplaced[] {
  const to = belongingOf(station, statement);
  if (to === undefined) return [];
  return [
    { statement, origin, isInferred: isInferredIn(station, statement), to: to === 'none' ? undefined : to, isHeld },
  ];
}
