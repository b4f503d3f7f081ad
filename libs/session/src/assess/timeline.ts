import type { Statement } from '@ledger/meter';
import { instantOf, millisOf, type Instant } from '@ledger/units';
import type { Finding, Hold } from '../assessment';
import type { AssessmentPolicy } from '../policy';
import { compareText } from './basis';
import { correctedRuns, isAhead, type Timed } from './clock';

/** The statements in their one order, each with a usable time. */
export interface Timeline {
  readonly timed: readonly Timed[];
  readonly findings: readonly Finding[];
  readonly holds: readonly Hold[];
}

/**
 * Orders statements by sequence number, then device time, then identity. Those without a sequence number are placed by
 * time. Clocks that were never set, run ahead of receipt or were set back are corrected by whole runs, so durations within
 * a run stay as the device counted them; the session is then held.
 */
export function timelineOf(statements: readonly Statement[], policy: AssessmentPolicy): Timeline {
  const numbered = correctedRuns(statements.filter(isNumbered).sort(bySeqNo), policy);
  const isUsable = (statement: Statement): boolean => !isUnset(statement.at, policy) && !isAhead(statement, policy);
  const plain = statements.filter((statement) => !isNumbered(statement));
  const unusable = plain.filter((statement) => !isUsable(statement)).sort(byReceipt);
  const usable = plain.filter(isUsable).sort(byTime);
  const others = [...usable.map(asStated), ...correctedRuns(unusable, policy)].sort(byCorrectedTime);
  const timed = startFirst(merged(numbered, others), policy);
  return { timed, ...clockFindings(timed) };
}

/** Tells whether a device time comes from a clock that was never set. */
export function isUnset(at: Instant, policy: AssessmentPolicy): boolean {
  return at < policy.clockSetAfter;
}

function isNumbered(statement: Statement): boolean {
  return statement.seqNo !== undefined;
}

function asStated(statement: Statement): Timed {
  return { statement, time: millisOf(statement.at), shiftMs: 0, fault: undefined };
}

function bySeqNo(one: Statement, other: Statement): number {
  return (one.seqNo ?? 0) - (other.seqNo ?? 0) || byTime(one, other);
}

function byTime(one: Statement, other: Statement): number {
  return (
    compareText(one.at, other.at) ||
    rankOf(one) - rankOf(other) ||
    compareText(one.identity, other.identity) ||
    compareText(one.digest, other.digest)
  );
}

function byReceipt(one: Statement, other: Statement): number {
  return compareText(one.receivedAt, other.receivedAt) || byTime(one, other);
}

function byCorrectedTime(one: Timed, other: Timed): number {
  return one.time - other.time || byTime(one.statement, other.statement);
}

function rankOf({ kind }: Statement): number {
  return kind === 'started' ? 0 : kind === 'ended' ? 2 : 1;
}

/** Merges the numbered statements, whose order stands, with the others, which are placed by time. */
function merged(numbered: readonly Timed[], others: readonly Timed[]): readonly Timed[] {
  const result: Timed[] = [];
  let next = 0;
  for (const timed of numbered) {
    for (let other = others[next]; other !== undefined && isBefore(other, timed); other = others[next]) {
      result.push(other);
      next += 1;
    }
    result.push(timed);
  }
  return [...result, ...others.slice(next)];
}

function isBefore(other: Timed, numbered: Timed): boolean {
  return (
    other.time < numbered.time ||
    (other.time === numbered.time && rankOf(other.statement) < Math.max(1, rankOf(numbered.statement)))
  );
}

/** A start can not come after what it began: a start with a later time moves to the first other moment. */
function startFirst(timed: readonly Timed[], policy: AssessmentPolicy): readonly Timed[] {
  const place = timed.findIndex(({ statement }) => statement.kind === 'started');
  const start = timed[place];
  const first = timed[0];
  if (start === undefined || first === undefined || place === 0) return timed;
  const rest = timed.filter((other) => other !== start);
  if (start.time - first.time <= policy.clockStepMaxMs) return [{ ...start, time: first.time }, ...rest];
  const moved: Timed = {
    statement: start.statement,
    time: first.time,
    shiftMs: start.shiftMs + first.time - start.time,
    fault: start.fault ?? 'stepped',
  };
  return [moved, ...rest];
}

function clockFindings(timed: readonly Timed[]): { findings: readonly Finding[]; holds: readonly Hold[] } {
  const faulty = timed.filter(({ fault }) => fault !== undefined);
  const findings = faulty.map(clockFinding);
  const worst = faulty[0];
  if (worst === undefined) return { findings, holds: [] };
  const hold: Hold = {
    rule: 'clock-unusable',
    because:
      'The clock of the station can not be trusted for this session; times were taken from the receipt of its messages.',
    value: `${worst.statement.at} ${faulty.length}`,
  };
  return { findings, holds: [hold] };
}

function clockFinding({ statement, time, fault }: Timed): Finding {
  const at = instantOf(time);
  return {
    code: `clock-${fault ?? 'unset'}`,
    because: FAULT_TEXT[fault ?? 'unset'],
    value: statement.at,
    ...(at === undefined ? {} : { at }),
  };
}

const FAULT_TEXT = {
  unset:
    'The device clock was never set; the time of first receipt stands in, and durations are those the device counted.',
  ahead: 'The device time lies after the receipt of the message; the time of first receipt stands in.',
  stepped: 'The device clock was set back later in the session; the times before it are taken from receipt.',
};
