import { WH_PER_KWH } from './plan';
import { ceilDiv } from './ratio';
import type { Question, TariffTally, Used } from './shares';

const SECONDS_PER_HOUR = 3_600n;

/**
 * Rounds quantities up to whole steps (OCPI 2.3.0, CDRs, section 10.4.3, and the examples of Tariffs): once per session for
 * energy, once for charging and parking time together, once for reserved time. The component of the last relevant period
 * gives the step, and its share takes the extra quantity.
 */
export function addSteps(one: TariffTally, { list, readings }: Question): void {
  const wh = list.energyPerKwh / WH_PER_KWH;
  const second = list.timePerHour / SECONDS_PER_HOUR;
  const countsAll = readings.stepSizeCounts === 'everything';
  addStep(one, 'energy', wh, countsAll);
  addStep(one, one.priced.parking > 0n ? 'parking' : 'time', second, countsAll);
  addStep(one, 'reservation', second, countsAll);
}

function addStep(one: TariffTally, used: Used, unit: bigint, countsAll: boolean): void {
  const share = one.last[used];
  if (share === undefined) return;
  const step = BigInt(share.component.source.stepSize) * unit;
  if (step === 0n) return;
  const total = one.priced[used] + (countsAll ? one.unpriced[used] : 0n);
  share.extra += ceilDiv(total, step) * step - total;
}
