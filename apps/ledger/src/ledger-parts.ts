import type { Runtime } from '@ledger/platform';
import { CacheMemory, openSessionStreams, openStationStreams, publishing } from '@ledger/usecases';
import type { Publishing, SessionStreams, StationStreams } from '@ledger/usecases';

const BYTES_PER_MB = 1_000_000;

/** The writers of the ledger: one for session streams, one for published objects. */
export class LedgerParts {
  readonly sessions: SessionStreams;
  readonly stations: StationStreams;
  readonly publishing: Publishing;

  constructor(runtime: Runtime) {
    const { engines, crash, settings } = runtime;
    const ports = { store: engines.store, clock: engines.clock, crash };
    const limits = { bytes: new CacheMemory(settings.LEDGER_CACHE_MB * BYTES_PER_MB) };
    this.sessions = openSessionStreams(ports, limits);
    this.stations = openStationStreams(ports, limits);
    this.publishing = publishing(ports);
  }
}
