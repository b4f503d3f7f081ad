import type { Clock, ReadQueries } from '@ledger/ports';
import { close } from '@ledger/session';
import type { ClosingPolicy } from '@ledger/session';
import { sessionStream } from '@ledger/units';

import type { SessionStreams } from './session-streams';
import { noteClosing } from './station-fold';
import type { StationStreams } from './station-streams';

/** Sessions that one look closes at most; the next look takes the rest. */
export const CLOSE_PER_LOOK_MAX = 1_000;

/**
 * Closes the sessions that are due: ended ones whose gap outlasted the grace period, and silent ones provisionally.
 * Returns how many were closed. Running twice, or on two instances at once, closes nothing twice.
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
    const assessment = await ports.sessions.decide(sessionStream(id), (work) => {
      const decided = close(work.state(), { now, policy });
      work.add(decided, cause);
      return decided.length > 0 ? work.state().assessment : undefined;
    });
    if (assessment === undefined) continue;
    await noteClosing(ports, assessment, cause);
    closed += 1;
  }
  return closed;
}
