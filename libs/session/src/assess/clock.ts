import type { Statement } from '@ledger/meter';
import { millisOf } from '@ledger/units';
import type { AssessmentPolicy } from '../policy';

/** What was wrong with a device clock. */
type ClockFault = 'unset' | 'ahead' | 'stepped';

/** A statement with its usable time in milliseconds, and by how much its device clock was corrected. */
export interface Timed {
  readonly statement: Statement;
  readonly time: number;
  readonly shiftMs: number;
  readonly fault: ClockFault | undefined;
}

interface Run {
  readonly statements: readonly Statement[];
  readonly fault: ClockFault | undefined;
}

/**
 * Gives ordered statements times that never run backwards. A run is a stretch of one consistent clock; an unusable run is
 * moved as a whole to the earliest receipt, between its trusted neighbours. Small steps back are evened out.
 */
export function correctedRuns(ordered: readonly Statement[], policy: AssessmentPolicy): readonly Timed[] {
  const runs = judged(runsOf(ordered, policy), policy);
  const result: Timed[] = [];
  let latest = -Infinity;
  runs.forEach((run, index) => {
    const shiftMs = run.fault === undefined ? 0 : shiftOf(run, latest, nextTrusted(runs, index));
    for (const statement of run.statements) {
      latest = Math.max(latest, millisOf(statement.at) + shiftMs);
      result.push({ statement, time: latest, shiftMs, fault: run.fault });
    }
  });
  return result;
}

function runsOf(ordered: readonly Statement[], policy: AssessmentPolicy): readonly (readonly Statement[])[] {
  const runs: Statement[][] = [];
  let before: Statement | undefined;
  for (const statement of ordered) {
    if (before === undefined || isBreak(before, statement, policy)) runs.push([statement]);
    else runs.at(-1)?.push(statement);
    before = statement;
  }
  return runs;
}

function isBreak(before: Statement, after: Statement, policy: AssessmentPolicy): boolean {
  return (
    before.at < policy.clockSetAfter !== after.at < policy.clockSetAfter ||
    (after.at < before.at && millisOf(after.at) < millisOf(before.at) - policy.clockStepMaxMs)
  );
}

function judged(runs: readonly (readonly Statement[])[], policy: AssessmentPolicy): readonly Run[] {
  return runs.map((statements, index) => ({ statements, fault: faultOf(statements, runs[index + 1], policy) }));
}

function faultOf(
  run: readonly Statement[],
  next: readonly Statement[] | undefined,
  policy: AssessmentPolicy,
): ClockFault | undefined {
  const first = run[0];
  const last = run.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (first.at < policy.clockSetAfter) return 'unset';
  if (run.some((statement) => isAhead(statement, policy))) return 'ahead';
  const after = next?.[0];
  const isSetBack = after !== undefined && after.at >= policy.clockSetAfter && after.at < last.at;
  return isSetBack ? 'stepped' : undefined;
}

/** Tells whether a statement claims a time after it was received. */
export function isAhead({ at, receivedAt }: Statement, policy: AssessmentPolicy): boolean {
  return at > receivedAt && millisOf(at) > millisOf(receivedAt) + policy.clockAheadMaxMs;
}

/** The move that brings a run to its earliest receipt, kept between what is known before and after it. */
function shiftOf({ statements }: Run, earliest: number, latest: number): number {
  let shift = Infinity;
  let first = Infinity;
  let last = -Infinity;
  for (const { at, receivedAt } of statements) {
    const time = millisOf(at);
    shift = Math.min(shift, millisOf(receivedAt) - time);
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return Math.max(Math.min(shift, latest - last), earliest - first);
}

function nextTrusted(runs: readonly Run[], index: number): number {
  const next = runs.slice(index + 1).find(({ fault }) => fault === undefined)?.statements[0];
  return next === undefined ? Infinity : millisOf(next.at);
}
