import { instantOf, Quantity } from '@ledger/units';
import type { Finding, Hold } from '../assessment';
import type { AssessmentPolicy } from '../policy';
import type { Point } from './points';
import { rolledOver, rollOverHolds } from './roll-over';

/** How the register came from one point to a lower one. */
type FallKind = 'register-rolled-over' | 'register-reset' | 'register-exchanged' | 'register-fell';

/** A point that counts, and the energy in Wh that flowed since the one before it. */
interface Step {
  readonly point: Point;
  readonly energyWh: Quantity;
  /** The register fell before this point: what flowed in between is not known. */
  readonly isAcrossFall: boolean;
}

/** The steps of a register, with the falls that had to be explained. */
export interface Steps {
  readonly steps: readonly Step[];
  readonly findings: readonly Finding[];
  readonly holds: readonly Hold[];
  readonly hasUnexplainedFall: boolean;
}

/**
 * Walks along a register that may fall. Energy is never negative: a fall adds nothing but what a roll-over tells, which holds
 * where it is no more than a guess. What flowed between the last reading before a reset and the first after it is unknown and
 * not billed. Where an unexplained fall is followed by a return to the old count, the points between are left out, which gives
 * the lower energy.
 */
export function stepsOf(points: readonly Point[], policy: AssessmentPolicy): Steps {
  const steps: Step[] = [];
  const findings: Finding[] = [];
  const holds: Hold[] = [];
  let before: Point | undefined;
  for (let index = 0; index < points.length; index += 1) {
    const point = points[index];
    if (point === undefined) continue;
    if (before === undefined || point.value.gte(before.value)) {
      const rise = riseTo(point, before, policy);
      steps.push(rise.step);
      findings.push(...rise.findings);
      before = point;
      continue;
    }
    const fall = fallAt(points, index, before, policy);
    findings.push(...fall.findings);
    holds.push(...fall.holds);
    if (fall.until > index) {
      index = fall.until - 1;
      continue;
    }
    steps.push({ point, energyWh: fall.energyWh ?? Quantity.zero, isAcrossFall: fall.energyWh === undefined });
    before = point;
  }
  return { steps, findings, holds, hasUnexplainedFall: holds.some(({ rule }) => rule === 'register-fell') };
}

/**
 * What flowed up to a point that is not lower. Nothing that is known, where the meter was exchanged for one that had
 * counted more: the station reported the interruption, and no power explains the rise.
 */
function riseTo(
  point: Point,
  before: Point | undefined,
  policy: AssessmentPolicy,
): { readonly step: Step; readonly findings: readonly Finding[] } {
  if (before === undefined) return { step: { point, energyWh: Quantity.zero, isAcrossFall: false }, findings: [] };
  const isReported = before.context === 'Interruption.Begin' && point.context === 'Interruption.End';
  if (isReported && isImpossibleRise(before, point, policy)) {
    const findings = [finding('register-exchanged', before, point)];
    return { step: { point, energyWh: Quantity.zero, isAcrossFall: true }, findings };
  }
  return { step: { point, energyWh: point.value.minus(before.value), isAcrossFall: false }, findings: [] };
}

interface Fall {
  /** The first point after those that are left out; the fall's own index when none is. */
  readonly until: number;
  /** What flowed across the fall, where that is known. */
  readonly energyWh: Quantity | undefined;
  readonly findings: readonly Finding[];
  readonly holds: readonly Hold[];
}

function fallAt(points: readonly Point[], index: number, before: Point, policy: AssessmentPolicy): Fall {
  const point = points[index] ?? before;
  const stray = strayUntil(points, index, before, policy);
  if (stray > index) {
    return { until: stray, energyWh: undefined, findings: strayFinding(before, point, policy), holds: [] };
  }
  const kind = kindOf(points, index, before, policy);
  const findings = [finding(kind, before, point)];
  if (kind === 'register-fell') {
    const until = returnOf(points, index, before) ?? index;
    return { until, energyWh: undefined, findings, holds: [unexplained(before, point)] };
  }
  const energyWh = kind === 'register-rolled-over' ? rolledOver(before, point, policy) : undefined;
  const holds = energyWh === undefined ? [] : rollOverHolds(points, index, { before, energyWh }, policy);
  return { until: index, energyWh, findings, holds };
}

/** Where a run of stray points ends: a slight waver, or values after which the old count goes on. `index` when there is none. */
function strayUntil(points: readonly Point[], index: number, before: Point, policy: AssessmentPolicy): number {
  const point = points[index];
  if (point === undefined) return index;
  if (isRounding(before, point, policy) || isWaver(before, point, policy)) return index + 1;
  const back = returnOf(points, index, before) ?? index;
  const from = points[back - 1];
  const to = points[back];
  if (back === index || from === undefined || to === undefined) return index;
  return isImpossibleRise(from, to, policy) && !isImpossibleRise(before, to, policy) ? back : index;
}

function isRounding(before: Point, point: Point, policy: AssessmentPolicy): boolean {
  return before.value.minus(point.value).lt(Quantity.of(policy.roundingMaxWh));
}

function isWaver(before: Point, point: Point, policy: AssessmentPolicy): boolean {
  const isSlight = before.value.minus(point.value).lte(Quantity.of(policy.waverMaxWh));
  return isSlight && point.value.gt(Quantity.of(policy.resetMaxWh));
}

function returnOf(points: readonly Point[], index: number, before: Point): number | undefined {
  const back = points.findIndex((point, place) => place > index && point.value.gte(before.value));
  return back === -1 ? undefined : back;
}

/** Tells that no connector can have delivered the difference of two registers in the time between them. */
export function isImpossibleRise(from: Point, to: Point, policy: AssessmentPolicy): boolean {
  const rise = to.value.minus(from.value);
  return rise.exceeds(Quantity.of(policy.powerMaxW), to.time - from.time, Quantity.of(policy.agreementMaxWh));
}

/** Milliseconds in an hour: W times ms divided by it is Wh. */
export const MS_PER_HOUR = 3_600_000;

function kindOf(points: readonly Point[], index: number, before: Point, policy: AssessmentPolicy): FallKind {
  const point = points[index];
  if (point === undefined) return 'register-fell';
  if (before.context === 'Interruption.Begin' || point.context === 'Interruption.End') return 'register-exchanged';
  if (rolledOver(before, point, policy) !== undefined) return 'register-rolled-over';
  const back = returnOf(points, index, before);
  const goesOn = index < points.length - 1 && (back === undefined || back - index > 1);
  return point.value.lte(Quantity.of(policy.resetMaxWh)) && goesOn ? 'register-reset' : 'register-fell';
}

function strayFinding(before: Point, point: Point, policy: AssessmentPolicy): readonly Finding[] {
  if (isRounding(before, point, policy)) return [];
  const isSlight = isWaver(before, point, policy);
  const because = STRAY_TEXT[isSlight ? 'waver' : 'stray'];
  return [described(isSlight ? 'register-wavered' : 'register-stray', before, point, because)];
}

const STRAY_TEXT = {
  waver: 'The register went back a little and came again; the higher value stands.',
  stray: 'Readings of another count stand between two of the same count; they were left out.',
};

const FALL_TEXT: Readonly<Record<FallKind, string>> = {
  'register-rolled-over': 'The register reached the end of its range and began again; the energy runs on across it.',
  'register-reset': 'The register was reset to zero; the parts before and after were added.',
  'register-exchanged':
    'The register changed in an interruption that the station reported; the parts before and after were added.',
  'register-fell':
    'The register fell and nothing explains it; only what is certain was counted, and a person has to look.',
};

function finding(kind: FallKind, before: Point, point: Point): Finding {
  return described(kind, before, point, FALL_TEXT[kind]);
}

function described(code: string, before: Point, point: Point, because: string): Finding {
  const at = instantOf(point.time);
  return {
    code,
    because,
    value: point.value.text(),
    bound: before.value.text(),
    ...(at === undefined ? {} : { at }),
  };
}

function unexplained(before: Point, point: Point): Hold {
  return {
    rule: 'register-fell',
    because: FALL_TEXT['register-fell'],
    value: point.value.text(),
    bound: before.value.text(),
  };
}
