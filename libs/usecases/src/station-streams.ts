import { evolveStation, readStationEvent, unknownStation, writeStationEvent } from '@ledger/session';
import type { Station, StationEvent } from '@ledger/session';
import { parseStream } from '@ledger/units';

import { Streams } from './streams';
import type { StreamFold, StreamsLimits, StreamsPorts } from './streams';

/** What a station takes in memory, and what each session and each statement without one adds. */
const STATION_BYTES = 1_700;
const REMEMBERED_BYTES = 2_600;

const STATION_FOLD: StreamFold<Station, StationEvent> = {
  initial: (stream) => {
    const name = parseStream(stream);
    if (name?.kind !== 'station') throw new RangeError(`${stream} is no stream of a station`);
    return unknownStation(name.tenant, name.id);
  },
  evolve: evolveStation,
  read: readStationEvent,
  write: writeStationEvent,
  weigh: ({ size }) => STATION_BYTES + size * REMEMBERED_BYTES,
};

/** The writer of station streams. */
export type StationStreams = Streams<Station, StationEvent>;

/** Opens the writer of station streams. */
export function openStationStreams(ports: StreamsPorts, limits: StreamsLimits): StationStreams {
  return new Streams(ports, STATION_FOLD, limits);
}
