import type { Runtime } from '@ledger/platform';
import { openSessionStreams, openStationStreams, publishing } from '@ledger/usecases';
import type { Publishing, SessionStreams, StationStreams } from '@ledger/usecases';

/** The part of the cache that stations take; sessions have the rest. */
const STATIONS_SHARE = 0.2;
const BYTES_PER_MB = 1_000_000;

/** The writers of the ledger: one for session streams, one for published objects. */
export class LedgerParts {
  readonly sessions: SessionStreams;
  readonly stations: StationStreams;
  readonly publishing: Publishing;

  constructor(runtime: Runtime) {
    const { engines, crash, settings } = runtime;
    const ports = { store: engines.store, clock: engines.clock, crash };
    const bytes = settings.LEDGER_CACHE_MB * BYTES_PER_MB;
    this.sessions = openSessionStreams(ports, { bytes: bytes * (1 - STATIONS_SHARE) });
    this.stations = openStationStreams(ports, { bytes: bytes * STATIONS_SHARE });
    this.publishing = publishing(ports);
  }
}
