import type { Chance } from './chance';
import type { Charger } from './charger';
import type { FaultName } from './faults';

/** What a station's own clock shows at a true moment, in milliseconds. */
export type DeviceClock = (atMs: number) => number;

const HOUR_MS = 3_600_000;
/** How long before the session a station with an unset clock was booted, at most. */
const BOOTED_BEFORE_MAX_MS = 20 * HOUR_MS;

/** The clock of a station during one session. */
export function clockOf(
  charger: Charger,
  session: { readonly startMs: number; readonly endMs: number },
  faults: ReadonlySet<FaultName>,
  chance: Chance,
): DeviceClock {
  const { startMs, endMs } = session;
  const wrong = wrongClock(charger, startMs, faults, chance);
  if (!faults.has('clock-corrected')) return wrong;
  const setRightMs = chance.whole(startMs, endMs);
  return (atMs) => (atMs < setRightMs ? wrong(atMs) : atMs);
}

function wrongClock(charger: Charger, startMs: number, faults: ReadonlySet<FaultName>, chance: Chance): DeviceClock {
  if (faults.has('clock-1970')) {
    const bootedMs = startMs - chance.whole(60_000, BOOTED_BEFORE_MAX_MS);
    return (atMs) => atMs - bootedMs;
  }
  const isSound = charger.clockAheadMs === 0 && faults.has('clock-corrected');
  const aheadMs = isSound ? chance.pick([2, -3, 1]) * HOUR_MS : charger.clockAheadMs;
  return (atMs) => atMs + aheadMs;
}
