import type { Runtime } from '@ledger/platform';
import { openSessionStreams, openStationStreams, publishing } from '@ledger/usecases';
import type { Publishing, SessionStreams, StationStreams } from '@ledger/usecases';

/** Statements of cached sessions that stay in memory, for each session that may be cached. */
const STATEMENTS_PER_SESSION = 20;

/** The writers of the ledger: one for session streams, one for published objects. */
export class LedgerParts {
  readonly sessions: SessionStreams;
  readonly stations: StationStreams;
  readonly publishing: Publishing;

  constructor(runtime: Runtime) {
    const { engines, crash, settings } = runtime;
    const ports = { store: engines.store, clock: engines.clock, crash };
    const states = settings.LEDGER_SESSIONS_CACHED;
    this.sessions = openSessionStreams(ports, { states, statements: states * STATEMENTS_PER_SESSION });
    this.stations = openStationStreams(ports, { states, statements: states * STATEMENTS_PER_SESSION });
    this.publishing = publishing(ports);
  }
}
