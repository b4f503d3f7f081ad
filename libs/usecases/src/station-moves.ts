import { misplacedIn } from '@ledger/session';
import type { SessionKey, Station, Withdrawn } from '@ledger/session';
import { sessionStream } from '@ledger/units';
import type { Instant } from '@ledger/units';

import type { Causation } from './chained-append';
import { foldSession } from './session-fold';
import type { Reported, SessionFolded, SessionWork } from './session-fold';
import type { SessionStreams } from './session-streams';

/** What is to be done in one session, as it grows. */
export interface Work {
  readonly key: SessionKey;
  readonly reported: Reported[];
  readonly withdrawn: Withdrawn[];
}

/** The work on a session, begun where there is none yet. */
export function workIn(works: Map<string, Work>, key: SessionKey): Work {
  const held = works.get(key.session) ?? { key, reported: [], withdrawn: [] };
  works.set(key.session, held);
  return held;
}

/** Does the work on several sessions side by side. */
export function foldSessions(
  sessions: SessionStreams,
  works: readonly SessionWork[],
  about: { readonly now: Instant; readonly cause: Causation },
): Promise<readonly SessionFolded[]> {
  return Promise.all(works.map((work) => foldSession(sessions, work, about)));
}

/** Records in the new sessions first, then takes out of the old ones: a statement never stands nowhere. */
export async function moveStatements(
  sessions: SessionStreams,
  moves: readonly SessionWork[],
  about: { readonly now: Instant; readonly cause: Causation },
): Promise<readonly SessionFolded[]> {
  const given = moves.filter(({ reported }) => reported.length > 0).map((move) => ({ ...move, withdrawn: [] }));
  const taken = moves.filter(({ withdrawn }) => withdrawn.length > 0).map((move) => ({ ...move, reported: [] }));
  const recorded = await foldSessions(sessions, given, about);
  const left = await foldSessions(sessions, taken, about);
  return [...recorded.filter(({ session }) => !taken.some(({ key }) => key.session === session)), ...left];
}

/**
 * What has to be done so that each statement of some sessions lies where it belongs. A crash at any step leaves it to be done
 * again: what a session gave away is given again, and whoever has it takes it once.
 */
export async function movesIn(
  sessions: SessionStreams,
  station: Station,
  reviewed: ReadonlySet<string>,
): Promise<readonly Work[]> {
  const works = new Map<string, Work>();
  const found = await Promise.all(
    [...reviewed].map((session) => sessions.decide(sessionStream(session), (work) => work.state())),
  );
  for (const session of found) {
    for (const { statement, origin, isInferred, to, isHeld } of misplacedIn(session, station)) {
      const { identity, digest } = statement;
      const { key } = session;
      if (to !== undefined) {
        const given = { statement, origin, isInferred, isAnswered: false };
        workIn(works, { ...key, ...to }).reported.push(given);
      }
      const goesTo = to === undefined ? {} : { to: to.session };
      if (isHeld) workIn(works, key).withdrawn.push({ identity, digest, ...goesTo });
    }
  }
  return [...works.values()];
}
