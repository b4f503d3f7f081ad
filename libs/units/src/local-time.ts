import { versions } from 'node:process';
import { Temporal } from 'temporal-polyfill';
import { millisOf, parseInstant } from './instant';

/** Milliseconds of a day without a clock change. */
export const DAY_MS = 86_400_000;

/** Most stretches of zone history kept in memory over all zones; about 13 months each. */
export const ZONE_STRETCHES_MAX = 4_096;

/** Wall-clock time: days since 1970-01-01 and milliseconds of the day, both as the clock on the wall shows them. */
export interface LocalTime {
  readonly day: number;
  readonly msOfDay: number;
}

/** A stretch of time with one offset from UTC, in milliseconds since 1970; `to` is exclusive. */
export interface OffsetStretch {
  readonly from: number;
  readonly to: number;
  readonly offsetMs: number;
}

/**
 * The clock of one IANA time zone. All arguments and results are whole milliseconds since 1970-01-01T00:00:00Z; after
 * the first look at a year everything is integer arithmetic.
 */
export interface Zone {
  readonly name: string;
  /** What is added to UTC to get local time, in milliseconds. */
  offsetAt(ms: number): number;
  localAt(ms: number): LocalTime;
  /** The stretches of constant offset that meet [from, to), clipped to it, in order. */
  stretches(from: number, to: number): readonly OffsetStretch[];
  /** The moments in (from, to) at which the offset changes. */
  transitions(from: number, to: number): readonly number[];
  /**
   * The moment at which the wall shows this date and time: the earlier one where the clock shows it twice; where it
   * is jumped over, the moment of the jump, as a window that should start then starts when the clock has jumped.
   */
  instantOfLocal(local: LocalTime): number;
  /** The first moment of a local date; not always 00:00 where clocks change at midnight. */
  startOfDay(day: number): number;
}

/** The version of the time-zone data that this runtime computes with, as the IANA names it (`2026c`). */
export function timeZonesVersion(): string {
  return versions['tz'] ?? 'unknown';
}

/** The weekday of a day number: 0 is Monday, 6 is Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** The day number of a calendar date `YYYY-MM-DD`; undefined when there is no such date. */
export function dayOfDate(date: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) return undefined;
  const midnight = parseInstant(`${date}T00:00:00.000Z`);
  return midnight === undefined ? undefined : millisOf(midnight) / DAY_MS;
}

/** The calendar date of a day number, `YYYY-MM-DD`. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Local date and time with offset, `2026-10-25T02:30:00.000+01:00`, for whoever reads a bill. */
export function localText(zone: Zone, ms: number): string {
  const offset = zone.offsetAt(ms);
  const minutes = Math.floor(Math.abs(offset) / 60_000);
  const hours = `${Math.floor(minutes / 60)}`.padStart(2, '0');
  const sign = offset < 0 ? '-' : '+';
  return `${new Date(ms + offset).toISOString().slice(0, 23)}${sign}${hours}:${`${minutes % 60}`.padStart(2, '0')}`;
}

const IANA_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;
const zones = new Map<string, Zone>();
const ZONES_MAX = 1_024;

/** The clock of an IANA zone such as `Europe/Berlin`; undefined when this runtime's data has no such zone. */
export function zoneOf(name: string): Zone | undefined {
  const known = zones.get(name);
  if (known !== undefined) return known;
  if (!isZone(name)) return undefined;
  if (zones.size >= ZONES_MAX) zones.clear();
  const zone = new CachedZone(name);
  zones.set(name, zone);
  return zone;
}

function isZone(name: string): boolean {
  if (!IANA_NAME.test(name)) return false;
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Zone history is looked up in blocks of 2^35 ms (398 days). */
const BLOCK_MS = 2 ** 35;
let stretchesHeld = 0;

class CachedZone implements Zone {
  private blocks = new Map<number, readonly OffsetStretch[]>();
  private last: OffsetStretch = { from: 0, to: 0, offsetMs: 0 };

  constructor(readonly name: string) {}

  offsetAt(ms: number): number {
    return this.stretchAt(ms).offsetMs;
  }

  localAt(ms: number): LocalTime {
    const wall = ms + this.offsetAt(ms);
    const day = Math.floor(wall / DAY_MS);
    return { day, msOfDay: wall - day * DAY_MS };
  }

  stretches(from: number, to: number): readonly OffsetStretch[] {
    const found: OffsetStretch[] = [];
    for (let at = from; at < to;) {
      const stretch = this.stretchAt(at);
      const end = Math.min(stretch.to, to);
      const previous = found.at(-1);
      if (previous?.offsetMs === stretch.offsetMs) found[found.length - 1] = { ...previous, to: end };
      else found.push({ from: at, to: end, offsetMs: stretch.offsetMs });
      at = end;
    }
    return found;
  }

  transitions(from: number, to: number): readonly number[] {
    return this.stretches(from, to)
      .slice(1)
      .map((stretch) => stretch.from);
  }

  instantOfLocal({ day, msOfDay }: LocalTime): number {
    const wall = day * DAY_MS + msOfDay;
    for (const stretch of this.stretches(wall - 2 * DAY_MS, wall + 2 * DAY_MS)) {
      const moment = wall - stretch.offsetMs;
      if (moment < stretch.from) return stretch.from;
      if (moment < stretch.to) return moment;
    }
    throw new RangeError(`no moment of ${this.name} for local day ${day}`);
  }

  startOfDay(day: number): number {
    return this.instantOfLocal({ day, msOfDay: 0 });
  }

  private stretchAt(ms: number): OffsetStretch {
    if (ms >= this.last.from && ms < this.last.to) return this.last;
    const block = Math.floor(ms / BLOCK_MS);
    const stretches = this.blocks.get(block) ?? this.readBlock(block);
    for (const stretch of stretches) {
      if (ms < stretch.to) {
        this.last = stretch;
        return stretch;
      }
    }
    throw new RangeError(`${ms} is no moment`);
  }

  private readBlock(block: number): readonly OffsetStretch[] {
    const stretches = offsetsBetween(this.name, block * BLOCK_MS, (block + 1) * BLOCK_MS);
    if (stretchesHeld > ZONE_STRETCHES_MAX) {
      for (const zone of zones.values()) if (zone instanceof CachedZone) zone.forget();
      stretchesHeld = 0;
    }
    stretchesHeld += stretches.length;
    this.blocks.set(block, stretches);
    return stretches;
  }

  private forget(): void {
    this.blocks = new Map();
  }
}

/** Asks the time-zone library once for a block of history. */
function offsetsBetween(name: string, from: number, to: number): readonly OffsetStretch[] {
  const stretches: OffsetStretch[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(name);
  for (let start = from; ;) {
    const next = at.getTimeZoneTransition('next');
    const end = next === null ? to : Math.min(next.epochMilliseconds, to);
    stretches.push({ from: start, to: end, offsetMs: Math.trunc(at.offsetNanoseconds / 1_000_000) });
    if (next === null || end === to) return stretches;
    start = end;
    at = next;
  }
}
