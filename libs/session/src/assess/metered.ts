import { instantOf, Quantity, type DecimalText } from '@ledger/units';
import type { Finding, Hold } from '../assessment';
import type { EndBound } from '../events';
import type { AssessmentPolicy } from '../policy';
import { sequenceOf, type Sequence } from './edges';
import { isImpossibleRise, stepsOf, type Steps } from './falls';
import { pointsOf, type Point } from './points';
import type { Frame, Samples } from './readings';

/** Energy in Wh that had flowed by a moment. */
export interface CurvePoint {
  readonly time: number;
  readonly energyWh: Quantity;
  /** What flowed since the point before is not known, because the register fell in between. */
  readonly isAcrossFall: boolean;
}

/** The energy of a session and how it grew; `curve` has at least two points when the energy is known, else none. */
export interface Metered {
  readonly curve: readonly CurvePoint[];
  readonly energyWh: Quantity | undefined;
  readonly registerStartWh: DecimalText | undefined;
  readonly registerEndWh: DecimalText | undefined;
  readonly findings: readonly Finding[];
  readonly holds: readonly Hold[];
}

const UNKNOWN = { curve: [], energyWh: undefined, registerStartWh: undefined, registerEndWh: undefined };

/** Finds the imported energy: from registers if two can be used, else from interval values, else it is unknown. */
export function meteredOf(
  samples: Samples,
  frame: Frame,
  policy: AssessmentPolicy,
  bound: EndBound | undefined,
): Metered {
  const registers = pointsOf(samples.of('Energy.Active.Import.Register'));
  const sequence = sequenceOf(registers.points, frame, policy, bound);
  const counted = isRising(sequence.points, policy) ? undefined : twoCounts(sequence, policy);
  const based = counted ?? withoutEmptyBaseline(sequence, policy);
  const steps = stepsOf(based.points, policy);
  const found = {
    findings: [...registers.findings, ...based.findings, ...steps.findings],
    holds: [...based.holds, ...steps.holds],
  };
  const first = steps.steps[0];
  if (steps.steps.length < 2 || first === undefined || isNothingLeft(steps))
    return fromIntervals(samples, frame, found);
  const edge = edgeFindings(first.point, steps.steps.at(-1)?.point, frame, based.isInferred);
  return { ...curveOf(steps), findings: [...found.findings, ...edge], holds: found.holds };
}

interface Based {
  readonly points: readonly Point[];
  readonly findings: readonly Finding[];
  readonly holds: readonly Hold[];
  readonly isInferred: boolean;
}

function isRising(points: readonly Point[], policy: AssessmentPolicy): boolean {
  const roundingMaxWh = Quantity.of(policy.roundingMaxWh);
  return points.every(({ value }, index) => {
    const before = points[index - 1];
    return before === undefined || before.value.minus(value).lt(roundingMaxWh);
  });
}

/** Start and stop count one way and the readings another (per session against lifetime). */
function twoCounts({ begin, end, points, findings }: Sequence, policy: AssessmentPolicy): Based | undefined {
  const readings = points.filter(({ isEdge }) => !isEdge);
  const first = readings[0];
  const last = readings.at(-1);
  if (begin === undefined || end === undefined || first === undefined || last === undefined) return undefined;
  if (!mayCountOtherwise(begin, end, readings, policy)) return undefined;
  const whole = end.value.minus(begin.value);
  const isCount = agrees(last.value, whole, policy);
  const zero = isCount ? Quantity.zero : first.value;
  const part = last.value.minus(zero);
  const isAgreed = agrees(part, whole, policy);
  const about = { value: part.text(), bound: whole.text() };
  return {
    points: [begin, ...(isAgreed ? moved(readings, begin.value.minus(zero), end.value) : []), end],
    findings: [...findings, { code: 'register-per-session', because: COUNTS_TEXT, ...about }],
    holds: isAgreed ? [] : [{ rule: 'registers-disagree', because: DISAGREE_TEXT, ...about }],
    isInferred: false,
  };
}

/** Tells that readings which rise by themselves lie apart from the start; whole steps just below an exact start are the same count. */
function mayCountOtherwise(begin: Point, end: Point, readings: readonly Point[], policy: AssessmentPolicy): boolean {
  const gap = begin.value.minus(readings[0]?.value ?? begin.value).abs();
  return !end.value.lt(begin.value) && isRising(readings, policy) && gap.gt(Quantity.of(policy.waverMaxWh));
}

/** Brings readings to the count of start and stop. */
function moved(readings: readonly Point[], offset: Quantity, most: Quantity): readonly Point[] {
  return readings
    .map((point) => ({ ...point, value: point.value.plus(offset) }))
    .filter(({ value }) => !value.lt(offset) && !value.gt(most));
}

const COUNTS_TEXT =
  'Start and stop count one way, the readings another (for the session, or for the life of the meter); start and stop are the basis.';
const DISAGREE_TEXT = 'Start and stop give another energy than the readings between them.';

function agrees(part: Quantity, whole: Quantity, policy: AssessmentPolicy): boolean {
  return (
    part.lte(whole.plus(Quantity.of(policy.roundingMaxWh))) && whole.minus(part).lte(Quantity.of(policy.agreementMaxWh))
  );
}

/** A start register of zero that is followed by the count of a meter's life was no register yet. */
function withoutEmptyBaseline(sequence: Sequence, policy: AssessmentPolicy): Based {
  const { points, findings } = sequence;
  const place = points.findIndex(({ value }) => !value.isZero());
  const zero = points[place - 1];
  const next = points[place];
  const plain = { points, findings, holds: [], isInferred: false };
  if (place < 1 || zero === undefined || next === undefined) return plain;
  const isEmpty = next.value.gt(Quantity.of(policy.zeroBaselineRiseMaxWh)) || isImpossibleRise(zero, next, policy);
  if (!isEmpty) return plain;
  const at = instantOf(next.time);
  const because =
    'The register at the start was zero before it was known; the first register after it is the baseline.';
  const finding: Finding = {
    code: 'baseline-inferred',
    because,
    value: next.value.text(),
    bound: '0',
    ...(at === undefined ? {} : { at }),
  };
  return { ...plain, points: points.slice(place), findings: [...findings, finding], isInferred: true };
}

function isNothingLeft(steps: Steps): boolean {
  return steps.hasUnexplainedFall && steps.steps.every(({ energyWh }) => energyWh.isZero());
}

function curveOf({ steps }: Steps): Omit<Metered, 'findings' | 'holds'> {
  const curve: CurvePoint[] = [];
  let energyWh = Quantity.zero;
  for (const step of steps) {
    energyWh = energyWh.plus(step.energyWh);
    curve.push({ time: step.point.time, energyWh, isAcrossFall: step.isAcrossFall });
  }
  const first = steps[0]?.point.value;
  const last = steps.at(-1)?.point.value;
  return {
    curve,
    energyWh,
    registerStartWh: first === undefined ? undefined : first.text(),
    registerEndWh: last === undefined ? undefined : last.text(),
  };
}

function edgeFindings(first: Point, last: Point | undefined, frame: Frame, isInferred: boolean): readonly Finding[] {
  const findings: Finding[] = [];
  if (frame.start !== undefined && !isInferred && first.time > frame.startMs) {
    findings.push(
      edge('baseline-inferred', 'No register was stated at the start; the first one after it is the baseline.', first),
    );
  }
  if (frame.end !== undefined && last !== undefined && last.time < frame.endMs) {
    findings.push(edge('final-inferred', 'No register was stated at the end; the last one before it is final.', last));
  }
  return findings;
}

function edge(code: string, because: string, point: Point): Finding {
  const at = instantOf(point.time);
  return { code, because, value: point.value.text(), ...(at === undefined ? {} : { at }) };
}

function fromIntervals(
  samples: Samples,
  frame: Frame,
  found: { readonly findings: readonly Finding[]; readonly holds: readonly Hold[] },
): Metered {
  const intervals = pointsOf(samples.of('Energy.Active.Import.Interval'));
  if (intervals.points.length === 0)
    return { ...UNKNOWN, findings: [...found.findings, UNMETERED], holds: found.holds };
  const curve: CurvePoint[] = [{ time: frame.startMs, energyWh: Quantity.zero, isAcrossFall: false }];
  let energyWh = Quantity.zero;
  for (const { time, value } of intervals.points) {
    energyWh = energyWh.plus(value);
    curve.push({ time, energyWh, isAcrossFall: false });
  }
  const because = 'No two registers can be used; the energy is the sum of the interval values, each counted once.';
  const summed: Finding = { code: 'energy-from-intervals', because, value: energyWh.text() };
  return {
    ...UNKNOWN,
    curve,
    energyWh,
    findings: [...found.findings, ...intervals.findings, summed],
    holds: found.holds,
  };
}

const UNMETERED: Finding = {
  code: 'unmetered',
  because: 'Fewer than two usable registers and no interval values were stated: the energy is not known.',
};
