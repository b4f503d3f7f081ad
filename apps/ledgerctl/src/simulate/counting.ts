import { energyUntil, type Charging } from './charging';
import type { Charger } from './charger';

/** What a register shows at a moment, and what is true then. All in thousandths of a Wh. */
export interface Shown {
  readonly registerMwh: bigint;
  /** Which count it belongs to: a reset or another meter begins a new one. */
  readonly epoch: number;
  /** What truly flowed since the start. */
  readonly meteredMwh: bigint;
  /** False where the register says what is not so. */
  readonly isTrue: boolean;
}

/** A count of the meter: from a moment on it goes on from `registerMwh`. */
export interface Epoch {
  readonly fromMs: number;
  readonly registerMwh: bigint;
}

/** The meter during one session. */
export interface Counting {
  /** The register over the life of the meter. */
  life(atMs: number): Shown;
  /** The register as readings show it: over its life, or from 0 in each session. */
  reading(atMs: number): Shown;
  exportedMwh(atMs: number): bigint;
}

/** A meter that counts a charging through its epochs; the first one begins with the session. */
export function countingOf(
  charging: Charging,
  charger: Charger,
  epochs: readonly [Epoch, ...Epoch[]],
  exportedBeforeMwh: bigint,
): Counting {
  const life = (atMs: number): Shown => {
    const at = epochs.findLastIndex(({ fromMs }) => fromMs <= atMs);
    const { fromMs, registerMwh } = epochs[at] ?? epochs[0];
    const meteredMwh = energyUntil(charging, atMs);
    const counted = registerMwh + meteredMwh - energyUntil(charging, fromMs);
    return { registerMwh: counted % charger.rangeMwh, epoch: at, meteredMwh, isTrue: true };
  };
  const isPerSession = charger.traits.has('per-session-register');
  return {
    life,
    reading: (atMs) => {
      const shown = life(atMs);
      if (!isPerSession || shown.epoch > 0) return shown;
      return { ...shown, registerMwh: energyUntil(charging, atMs) };
    },
    exportedMwh: (atMs) => exportedBeforeMwh + energyUntil(charging, atMs, 'export'),
  };
}

/** An amount rounded down to the steps of a display. */
export function inSteps(mwh: bigint, stepMwh: bigint): bigint {
  return (mwh / stepMwh) * stepMwh;
}

/** Thousandths of a Wh as decimal text of a unit that is `shift` powers of ten of a Wh. */
export function decimalOf(mwh: bigint, shift = 0): string {
  const places = 3 + shift;
  const sign = mwh < 0n ? '-' : '';
  const digits = `${mwh < 0n ? -mwh : mwh}`.padStart(places + 1, '0');
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  const whole = digits.slice(0, digits.length - places);
  return fraction === '' ? `${sign}${whole}` : `${sign}${whole}.${fraction}`;
}
