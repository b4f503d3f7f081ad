import type { Chance } from './chance';
import type { FaultName } from './faults';
import type { Told } from './story';

/** A message on its way: what is told, under which number of the sender, and when it arrives. */
export interface Sent {
  readonly told: Told;
  readonly deliveredMs: number;
  readonly isOffline: boolean;
  /** The first sending of the same content; a retry names it. */
  readonly copy: number;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** When the messages of a session arrive: at once, after hours offline, and again and again. Lost ones never do. */
export function delivered(told: readonly Told[], faults: ReadonlySet<FaultName>, chance: Chance): readonly Sent[] {
  const line = faults.has('offline') ? outage(told, chance) : undefined;
  return told.flatMap((one, place) => {
    if (one.isLost === true) return [];
    const isOffline = line !== undefined && one.atMs >= line.fromMs && one.atMs < line.toMs;
    const saidMs = isOffline ? line.toMs + place * SECOND_MS : one.atMs;
    const firstMs = saidMs + (one.kind === 'answer' ? 2 : 1) * SECOND_MS + chance.whole(0, 400);
    const times = [firstMs, ...againAt(one, firstMs, faults, chance)];
    return times.map((deliveredMs, copy) => ({ told: one, deliveredMs, isOffline, copy }));
  });
}

function outage(told: readonly Told[], chance: Chance): { readonly fromMs: number; readonly toMs: number } | undefined {
  const startMs = told[0]?.atMs ?? 0;
  const endMs = told.at(-1)?.atMs ?? startMs;
  const fromMs = chance.happens(0.3) ? startMs : chance.whole(startMs, endMs);
  return { fromMs, toMs: endMs + chance.whole(1, 20) * HOUR_MS };
}

function againAt(one: Told, firstMs: number, faults: ReadonlySet<FaultName>, chance: Chance): readonly number[] {
  if (one.kind === 'stop' && faults.has('stop-retry')) {
    const early = Array.from({ length: chance.whole(1, 4) }, (_, turn) => firstMs + (turn + 1) * MINUTE_MS);
    return [...early, firstMs + chance.whole(24, 72) * HOUR_MS];
  }
  if (!faults.has('retry') || !chance.happens(0.4)) return [];
  return [firstMs + chance.whole(20, 600) * SECOND_MS];
}
