import { instantOf, Quantity, type DecimalText } from '@ledger/units';
import type { Finding } from '../assessment';
import type { EndBound } from '../events';
import type { AssessmentPolicy } from '../policy';
import { inOrder, type Point } from './points';
import type { Frame } from './readings';

/** The register readings with the edges that start and stop messages state, in order of time. */
export interface Sequence {
  readonly points: readonly Point[];
  readonly begin: Point | undefined;
  readonly end: Point | undefined;
  readonly findings: readonly Finding[];
}

interface Edge {
  readonly keep: readonly Point[];
  readonly drop: readonly Point[];
  readonly findings: readonly Finding[];
}

/**
 * Joins readings and edges. Where a begin reading and meterStart (or an end reading and meterStop) differ by less than a
 * watt-hour the finer reading stands; where they differ by more one is chosen and the finding says so.
 */
export function sequenceOf(
  readings: readonly Point[],
  frame: Frame,
  policy: AssessmentPolicy,
  bound: EndBound | undefined,
): Sequence {
  const begin = edgeOf(frame.start?.statement.register, frame.startMs, 'Transaction.Begin');
  const end = edgeOf(frame.end?.statement.register, frame.endMs, 'Transaction.End');
  const first = beginEdge(readings, begin.point, end.point, policy);
  const last = endEdge(readings, begin.point, end.point, policy);
  const dropped = new Set([...first.drop, ...last.drop]);
  const points = inOrder([...readings, ...first.keep, ...last.keep].filter((point) => !dropped.has(point)));
  const bounded = boundedEnd(points, frame, bound);
  return {
    points: [...points, ...bounded.keep],
    begin: begin.point,
    end: end.point,
    findings: [...begin.findings, ...end.findings, ...first.findings, ...last.findings, ...bounded.findings],
  };
}

function edgeOf(
  register: DecimalText | undefined,
  time: number,
  context: Point['context'],
): { readonly point: Point | undefined; readonly findings: readonly Finding[] } {
  if (register === undefined) return { point: undefined, findings: [] };
  const value = Quantity.of(register);
  if (!value.isNegative()) return { point: { time, value, context, isEdge: true }, findings: [] };
  const because = 'A negative register in a start or stop message means that the station does not know it.';
  return { point: undefined, findings: [{ code: 'register-unknown', because, value: register }] };
}

function beginEdge(
  readings: readonly Point[],
  begin: Point | undefined,
  end: Point | undefined,
  policy: AssessmentPolicy,
): Edge {
  const reading = readings.find(({ context }) => context === 'Transaction.Begin');
  if (begin === undefined) return NOTHING;
  if (reading === undefined) return { ...NOTHING, keep: [begin] };
  if (reading.value.minus(begin.value).abs().lt(Quantity.of(policy.roundingMaxWh))) return NOTHING;
  const next = readings.find(({ context }) => context !== 'Transaction.Begin') ?? end;
  const chosen = ofSameCount(begin, reading, next);
  const finding = differing('start-registers-differ', reading, begin, chosen);
  return { keep: chosen === begin ? [begin] : [], drop: chosen === begin ? [reading] : [], findings: [finding] };
}

/** Of two registers for the start the reading, unless one of them is zero: then the one that the next value continues. */
function ofSameCount(begin: Point, reading: Point, next: Point | undefined): Point {
  const [low, high] = begin.value.lt(reading.value) ? [begin, reading] : [reading, begin];
  if (!low.value.isZero() || next === undefined) return reading;
  return next.value.gte(high.value) ? high : low;
}

function endEdge(
  readings: readonly Point[],
  begin: Point | undefined,
  end: Point | undefined,
  policy: AssessmentPolicy,
): Edge {
  const reading = readings.findLast(({ context }) => context === 'Transaction.End');
  if (end === undefined) return NOTHING;
  if (reading === undefined) return { ...NOTHING, keep: [end] };
  if (reading.value.minus(end.value).abs().lt(Quantity.of(policy.roundingMaxWh))) return NOTHING;
  const isHigher = end.value.gt(reading.value) && !isOtherCount(readings, begin, end, policy);
  const chosen = isHigher && isSameCount(end, readings, begin, policy) ? end : reading;
  const finding = differing('end-registers-differ', reading, end, chosen);
  return { keep: chosen === end ? [end] : [], drop: chosen === end ? [reading] : [], findings: [finding] };
}

/** Tells that meterStart and meterStop count another way than the readings at both ends, and come to the same energy. */
function isOtherCount(
  readings: readonly Point[],
  begin: Point | undefined,
  end: Point,
  policy: AssessmentPolicy,
): boolean {
  const first = readings.find(({ context }) => context === 'Transaction.Begin');
  const last = readings.findLast(({ context }) => context === 'Transaction.End');
  if (begin === undefined || first === undefined || last === undefined) return false;
  const offset = begin.value.minus(first.value);
  const offsetAtEnd = end.value.minus(last.value);
  const agreementMaxWh = Quantity.of(policy.agreementMaxWh);
  return offset.abs().gt(agreementMaxWh) && offset.minus(offsetAtEnd).abs().lte(agreementMaxWh);
}

/** Tells that a higher meterStop is of the same count as the begin, rather than the count of the meter's life. */
function isSameCount(
  end: Point,
  readings: readonly Point[],
  begin: Point | undefined,
  policy: AssessmentPolicy,
): boolean {
  const first = readings.find(({ context }) => context === 'Transaction.Begin') ?? begin;
  return first?.value.isZero() !== true || end.value.lt(Quantity.of(policy.zeroBaselineRiseMaxWh));
}

const NOTHING: Edge = { keep: [], drop: [], findings: [] };

function differing(code: string, reading: Point, edge: Point, chosen: Point): Finding {
  const at = instantOf(chosen.time);
  return {
    code,
    because: `The reading and the register of the message differ; the ${chosen === edge ? 'message' : 'reading'} was taken.`,
    value: reading.value.text(),
    bound: edge.value.text(),
    ...(at === undefined ? {} : { at }),
  };
}

function boundedEnd(points: readonly Point[], frame: Frame, bound: EndBound | undefined): Edge {
  if (bound === undefined || frame.end !== undefined) return NOTHING;
  const { registerWh } = bound;
  const findings: readonly Finding[] = [
    {
      code: 'end-bounded',
      because: 'The stop is missing; the next transaction on the connector bounds time and register.',
      at: bound.at,
      ...(registerWh === undefined ? {} : { bound: registerWh }),
    },
  ];
  const baseline = points[0];
  const value = registerWh === undefined ? undefined : Quantity.of(registerWh);
  if (value === undefined || baseline === undefined || points.length > 1 || value.lt(baseline.value)) {
    return { ...NOTHING, findings };
  }
  return { keep: [{ time: frame.endMs, value, context: 'Other', isEdge: true }], drop: [], findings };
}
