import { Quantity, type DecimalText } from '@ledger/units';
import type { Hold } from '../assessment';
import type { AssessmentPolicy } from '../policy';
import type { Point } from './points';

/** Ranges of common registers in Wh: five, six and seven digits of kWh, and 31 and 32 bits. */
const RANGES_WH = ['100000000', '1000000000', '2147483648', '4294967296', '10000000000'].map((size) =>
  Quantity.of(size as DecimalText),
);

/** The energy in Wh across a fall near the end of a register's range, if the register ran on; undefined where it stood too far from any. */
export function rolledOver(before: Point, point: Point, policy: AssessmentPolicy): Quantity | undefined {
  for (const range of RANGES_WH) {
    const rise = range.minus(before.value).plus(point.value);
    if (before.value.lt(range) && rise.lte(Quantity.of(policy.rollOverMaxWh))) return rise;
  }
  return undefined;
}

/**
 * A reset near the end of a register's range looks like a roll-over. The readings confirm one where the register falls nowhere
 * else, and where the energy across the fall flowed as fast as that just before or just after it; else the session is held with
 * that energy.
 */
export function rollOverHolds(
  points: readonly Point[],
  index: number,
  { before, energyWh }: { readonly before: Point; readonly energyWh: Quantity },
  policy: AssessmentPolicy,
): readonly Hold[] {
  const point = points[index] ?? before;
  const beside = besideOf(points, index, before);
  const likely = beside.map(({ from, to }) => {
    return to.value.minus(from.value).ratio(point.time - before.time, to.time - from.time, WHOLE_WH);
  });
  const nearest = nearestTo(energyWh, likely);
  const isLikely = nearest?.minus(energyWh).abs().lte(Quantity.of(policy.agreementMaxWh)) === true;
  if (isLikely && !fallsElsewhere(points, index, policy)) return [];
  const bound = nearest === undefined ? {} : { bound: nearest.text() };
  return [{ rule: 'roll-over-unconfirmed', because: UNCONFIRMED, value: energyWh.text(), ...bound }];
}

const UNCONFIRMED =
  'The register fell near the end of its range, and the readings beside it do not tell a roll-over from a reset: the energy across it is a guess.';

/** How expected energy is rounded before it is compared. */
const WHOLE_WH = { decimals: 0, rounding: 'half-up' } as const;

interface Rise {
  readonly from: Point;
  readonly to: Point;
}

/** The rises that end before the fall and begin after it. */
function besideOf(points: readonly Point[], index: number, before: Point): readonly Rise[] {
  const point = points[index] ?? before;
  const from = points.slice(0, index).findLast(({ time, value }) => time < before.time && value.lte(before.value));
  const to = points.slice(index + 1).find(({ time, value }) => time > point.time && value.gte(point.value));
  return [...(from === undefined ? [] : [{ from, to: before }]), ...(to === undefined ? [] : [{ from: point, to }])];
}

function nearestTo(energyWh: Quantity, likely: readonly Quantity[]): Quantity | undefined {
  const distance = (one: Quantity): Quantity => one.minus(energyWh).abs();
  return likely.reduce<Quantity | undefined>(
    (one, other) => (one === undefined || distance(other).lt(distance(one)) ? other : one),
    undefined,
  );
}

function fallsElsewhere(points: readonly Point[], index: number, policy: AssessmentPolicy): boolean {
  const waverMaxWh = Quantity.of(policy.waverMaxWh);
  return points.some(({ value }, place) => {
    const before = points[place - 1];
    return before !== undefined && place !== index && before.value.minus(value).gt(waverMaxWh);
  });
}
