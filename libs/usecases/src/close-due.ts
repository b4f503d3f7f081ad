import type { Clock, ReadQueries } from '@ledger/ports';
import { close, hold } from '@ledger/session';
import type { Asked, Assessment, ClosingPolicy, Session } from '@ledger/session';
import { sessionStream } from '@ledger/units';

import type { SessionStreams } from './session-streams';
import { noteClosing } from './station-fold';
import type { StationStreams } from './station-streams';

/** What a session that is due comes to. */
function closingOf(session: Session, asked: Asked): Assessment | undefined {
  const [decided] = close(session, asked);
  return decided?.type === 'SessionClosed' ? decided.assessment : undefined;
}

/** Sessions that one look closes at most; the next look takes the rest. */
export const CLOSE_PER_LOOK_MAX = 1_000;

/**
 * Closes the sessions that are due: ended ones whose gap outlasted the grace period, and silent ones provisionally.
 * Returns how many were closed. Running twice, or on two instances at once, closes nothing twice. A session is closed last:
 * one of which a crash left anything undone is still due.
 */
export async function closeDue(
  ports: {
    readonly model: ReadQueries;
    readonly sessions: SessionStreams;
    readonly stations: StationStreams;
    readonly clock: Clock;
  },
  policy: ClosingPolicy,
): Promise<number> {
  const now = ports.clock.now();
  const due = await ports.model.page({
    table: 'sessions',
    atMost: { column: 'due_at', text: now },
    order: 'oldest-first',
    limit: CLOSE_PER_LOOK_MAX,
  });
  let closed = 0;
  for (const { id, tenant } of due.rows) {
    const cause = { tenant, recordedAt: now, correlation: `close/${id}`, causation: 'clock' };
    const asked = { now, policy };
    const assessment = await ports.sessions.decide(sessionStream(id), (work) => closingOf(work.state(), asked));
    if (assessment === undefined) continue;
    const findings = await noteClosing(ports, assessment, cause);
    closed += await ports.sessions.decide(sessionStream(id), (work) => {
      const decided = close(work.state(), asked);
      work.add(decided, cause);
      work.add(hold(work.state(), findings), cause);
      return decided.length;
    });
  }
  return closed;
}
