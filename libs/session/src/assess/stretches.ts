import { Quantity } from '@ledger/units';
import type { PeriodState } from '../assessment';
import type { CurvePoint } from './metered';
import type { Frame } from './readings';
import type { Transition } from './states';

/** A stretch of one reported state (or none) between two moments of evidence, with the energy that flowed in it. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly energyWh: Quantity;
  readonly state: PeriodState | undefined;
  /** False before the first and after the last register, and across a fall, where the energy is not known. */
  readonly isMetered: boolean;
}

interface Stretch {
  readonly from: CurvePoint;
  readonly to: CurvePoint;
  readonly isMetered: boolean;
}

/** How an apportioned energy in Wh is cut; the last part takes what is left, so the sum is exact. */
const PART = { decimals: 6, rounding: 'down' } as const;

/** Cuts the session at every register and every change of state, in order, without holes. */
export function stretchesOf(evidence: {
  readonly curve: readonly CurvePoint[];
  readonly transitions: readonly Transition[];
  readonly frame: Frame;
}): readonly Piece[] {
  const { transitions } = evidence;
  const pieces: Piece[] = [];
  let next = 0;
  for (const stretch of stretchesBetween(evidence.curve, evidence.frame)) {
    while ((transitions[next]?.time ?? Infinity) <= stretch.from.time) next += 1;
    const cuts: Transition[] = [];
    for (let cut = transitions[next]; cut !== undefined && cut.time < stretch.to.time; cut = transitions[next]) {
      cuts.push(cut);
      next += 1;
    }
    pieces.push(...cutAt(stretch, cuts, transitions[next - 1 - cuts.length]?.state));
  }
  return pieces;
}

function stretchesBetween(curve: readonly CurvePoint[], { startMs, endMs }: Frame): readonly Stretch[] {
  const nodes = nodesOf(curve, endMs);
  const first = nodes[0];
  const last = nodes.at(-1);
  if (first === undefined || last === undefined) {
    const from = { time: startMs, energyWh: Quantity.zero, isAcrossFall: false };
    return endMs > startMs ? [{ from, to: { ...from, time: endMs }, isMetered: false }] : [];
  }
  const head = first.time > startMs ? [{ from: { ...first, time: startMs }, to: first, isMetered: false }] : [];
  const tail = last.time < endMs ? [{ from: last, to: { ...last, time: endMs }, isMetered: false }] : [];
  const between = nodes.slice(1).map((to, index) => ({ from: nodes[index] ?? first, to, isMetered: !to.isAcrossFall }));
  return [...head, ...between, ...tail];
}

/** One node for each moment: the baseline, then the highest energy known by each later moment. */
function nodesOf(curve: readonly CurvePoint[], endMs: number): readonly CurvePoint[] {
  const baseline = curve[0];
  if (baseline === undefined) return [];
  const nodes: CurvePoint[] = [{ ...baseline, energyWh: Quantity.zero, isAcrossFall: false }];
  for (const point of curve) {
    if (point.time === baseline.time) continue;
    const same = nodes.at(-1)?.time === point.time ? nodes.pop() : undefined;
    nodes.push({ ...point, isAcrossFall: point.isAcrossFall || same?.isAcrossFall === true });
  }
  return nodes.length > 1 ? nodes : [...nodes, ...allAtOnce(curve.at(-1), endMs)];
}

/** Energy of which all registers are of one moment is taken to have flowed until the end. */
function allAtOnce(total: CurvePoint | undefined, endMs: number): readonly CurvePoint[] {
  if (total === undefined || total.energyWh.isZero()) return [];
  return [{ ...total, time: Math.max(endMs, total.time) }];
}

function cutAt(stretch: Stretch, cuts: readonly Transition[], state: PeriodState | undefined): readonly Piece[] {
  const energyWh = stretch.to.energyWh.minus(stretch.from.energyWh);
  if (cuts.length === 0) {
    return [{ from: stretch.from.time, to: stretch.to.time, energyWh, state, isMetered: stretch.isMetered }];
  }
  const starts = [{ time: stretch.from.time, state }, ...cuts];
  const parts = starts.map((part, index) => ({ ...part, to: starts[index + 1]?.time ?? stretch.to.time }));
  const isCharging = parts.some((part) => part.state === undefined || part.state === 'charging');
  const weights = parts.map(({ time, to, state: stated }) =>
    !isCharging || stated === undefined || stated === 'charging' ? to - time : 0,
  );
  const energies = shared(energyWh, weights);
  return parts.map((part, index) => ({
    from: part.time,
    to: part.to,
    energyWh: energies[index] ?? Quantity.zero,
    state: part.state,
    isMetered: stretch.isMetered,
  }));
}

/** Shares an amount by weights, cut to a fixed number of decimals; the parts add up to it exactly. */
function shared(whole: Quantity, weights: readonly number[]): readonly Quantity[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let weight = 0;
  let given = Quantity.zero;
  return weights.map((one, index) => {
    weight += one;
    const isLast = total === 0 ? index === weights.length - 1 : weight === total;
    const upTo = isLast ? whole : whole.ratio(weight, total || 1, PART);
    const part = upTo.minus(given);
    given = upTo;
    return part;
  });
}
