import type { Chance } from './chance';
import type { Charger } from './charger';

/** What happens between car and station; only the station's own words for it differ from format to format. */
export type State = 'charging' | 'suspended-ev' | 'suspended-evse';

/** A stretch of constant power; below zero the car feeds back. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly powerW: number;
  readonly state: State;
}

/** What truly happens while a car is plugged in. */
export interface Charging {
  readonly startMs: number;
  readonly endMs: number;
  readonly stretches: readonly Stretch[];
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A watt for 3,600 ms is a thousandth of a Wh. */
const W_MS_PER_MWH = 3_600;

/** A visit of a car: it charges, perhaps waits for the station, fades out, and perhaps stays when it is full. */
export function chargingAt(startMs: number, charger: Charger, chance: Chance, feedsBack: boolean): Charging {
  const most = charger.powerMaxW;
  const powerW = chance.whole(Math.floor(most * 0.3), most);
  const minutes = { home: [60, 420], public: [30, 240], fast: [8, 45] } as const;
  const [least, longest] = minutes[charger.kind];
  const wholeMs = chance.whole(least, longest) * MINUTE_MS;
  const stretches: Stretch[] = [];
  let now = startMs;
  const add = (ms: number, power: number, state: State): void => {
    if (ms <= 0) return;
    stretches.push({ fromMs: now, toMs: now + ms, powerW: power, state });
    now += ms;
  };
  const first = Math.floor((wholeMs * 0.5) / 1000) * 1000;
  add(first, powerW, 'charging');
  if (chance.happens(0.1)) add(chance.whole(5, 40) * MINUTE_MS, 0, 'suspended-evse');
  if (feedsBack) add(chance.whole(20, 90) * MINUTE_MS, -Math.floor(powerW / 2), 'charging');
  const second = Math.floor((wholeMs * 0.3) / 1000) * 1000;
  add(second, powerW, 'charging');
  add(wholeMs - first - second, Math.floor(powerW / 3), 'charging');
  if (chance.happens(0.3)) add(chance.whole(5, 180) * MINUTE_MS, 0, 'suspended-ev');
  return { startMs, endMs: now, stretches };
}

/** Energy in thousandths of a Wh that flowed into the car, or out of it, from the start until a moment. */
export function energyUntil({ stretches }: Charging, atMs: number, way: 'import' | 'export' = 'import'): bigint {
  let mwh = 0n;
  for (const { fromMs, toMs, powerW } of stretches) {
    const forward = way === 'import' ? powerW : -powerW;
    const ms = Math.min(toMs, atMs) - fromMs;
    if (ms > 0 && forward > 0) mwh += BigInt(Math.floor((forward * ms) / W_MS_PER_MWH));
  }
  return mwh;
}

/** The state at a moment. */
export function stateAt({ stretches }: Charging, atMs: number): State {
  return stretches.findLast(({ fromMs }) => fromMs <= atMs)?.state ?? 'charging';
}

/** When the state changed after the start. */
export function changesOf({ stretches }: Charging): readonly number[] {
  return stretches.flatMap(({ fromMs, state }, index) => {
    const before = stretches[index - 1];
    return before === undefined || before.state === state ? [] : [fromMs];
  });
}

/** When the next car comes to a connector that is free from a moment on: evenings at home, all day elsewhere. */
export function nextArrival(freeMs: number, kind: Charger['kind'], chance: Chance): number {
  if (kind === 'fast') return freeMs + chance.whole(4 * 60, 150 * 60) * 1000;
  if (kind === 'public') return freeMs + chance.whole(6 * 60, 420 * 60) * 1000;
  const dayMs = 24 * HOUR_MS;
  const evening = Math.floor(freeMs / dayMs) * dayMs + 17 * HOUR_MS + chance.whole(0, 5 * 60 * 60) * 1000;
  return evening > freeMs ? evening : evening + dayMs;
}
