import { WH_PER_KWH } from './plan';
import { ceilDiv } from './ratio';
import type { Question, TariffTally, Use } from './shares';

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
  addStep(one.energy, wh, countsAll);
  addStep(one.parking.priced > 0n ? one.parking : one.time, second, countsAll);
  addStep(one.reservation, second, countsAll);
}

function addStep({ last, priced, unpriced }: Use, unit: bigint, countsAll: boolean): void {
  if (last === undefined) return;
  const step = BigInt(last.component.source.stepSize) * unit;
  if (step === 0n) return;
  const total = priced + (countsAll ? unpriced : 0n);
  last.extra += ceilDiv(total, step) * step - total;
}
