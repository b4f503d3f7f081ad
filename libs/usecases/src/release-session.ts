import type { Clock, ReadQueries } from '@ledger/ports';
import { hold, release } from '@ledger/session';
import { siteOf } from '@ledger/tariff';
import { sessionStream } from '@ledger/units';

import type { Book } from './book';
import { allOutsideHolds } from './rate';
import type { SessionStreams } from './session-streams';

/** Who answers for a held session, and why. */
export interface ReleaseCommand {
  readonly tenant: string;
  readonly session: string;
  readonly by: string;
  readonly reason: string;
  /** The rules answered for; all that are active when left out. */
  readonly rules?: readonly string[];
}

/** What became of a release. */
export type ReleaseOutcome =
  { readonly status: 'released' } | { readonly status: 'not-held' } | { readonly status: 'not-found' };

/** A person answers for the holds of a session: recorded as an event, with the holds as they stand at this moment. */
export async function releaseSession(
  ports: {
    readonly sessions: SessionStreams;
    readonly model: ReadQueries;
    readonly clock: Clock;
    bookOf(tenant: string): Promise<Book>;
  },
  command: ReleaseCommand,
): Promise<ReleaseOutcome> {
  const { tenant, session: id, by, reason, rules } = command;
  if ((await ports.model.get('sessions', tenant, id)) === undefined) return { status: 'not-found' };
  const { locations } = await ports.bookOf(tenant);
  const recordedAt = ports.clock.now();
  return ports.sessions.decide<ReleaseOutcome>(sessionStream(id), (work) => {
    const { assessment } = work.state();
    const cause = { tenant, recordedAt, correlation: `release/${id}`, causation: `person/${by}` };
    if (assessment !== undefined) {
      const recorded = work.state().holds.fromOutside;
      work.add(hold(work.state(), allOutsideHolds(assessment, siteOf(locations, assessment), recorded)), cause);
    }
    const released = release(work.state(), { by, reason, ...(rules === undefined ? {} : { rules }) });
    work.add(released, cause);
    return { status: released.length === 0 ? 'not-held' : 'released' };
  });
}
