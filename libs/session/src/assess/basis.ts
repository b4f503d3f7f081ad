import type { Statement } from '@ledger/meter';
import { canon, type Instant } from '@ledger/units';
import type { Finding, Hold } from '../assessment';
import { conflictHold } from '../holds';

/** The statements an assessment rests on: one for each identity. */
export interface Basis {
  readonly statements: readonly Statement[];
  /** All statements, also those that another one of the same identity outranks. */
  readonly count: number;
  readonly findings: readonly Finding[];
  readonly holds: readonly Hold[];
}

/**
 * Picks one statement for each identity: of different contents the one with the earlier device time, then the lesser
 * content. The others stay evidence, become findings, and hold the session.
 */
export function basisOf(statements: Iterable<Statement>): Basis {
  const ranked = [...distinct(untilEnd([...statements]))].sort(byRank);
  const chosen: Statement[] = [];
  const findings: Finding[] = [];
  for (const statement of ranked) {
    const basis = chosen.at(-1);
    if (basis?.identity === statement.identity) findings.push(conflict(basis, statement));
    else chosen.push(statement);
  }
  const holds = findings.length === 0 ? [] : [conflictHold(findings.length)];
  return { statements: chosen, count: ranked.length, findings, holds };
}

/**
 * What names no transaction was found by connector and time. From after the end it says nothing of this session: whether it
 * lies here or waits in the station hangs on whether it came before the end did.
 */
function untilEnd(statements: readonly Statement[]): readonly Statement[] {
  let end: Instant | undefined;
  for (const { kind, at } of statements) if (kind === 'ended' && (end === undefined || at > end)) end = at;
  if (end === undefined) return statements;
  const last = end;
  const isUnnamed = ({ kind, transaction }: Statement): boolean =>
    transaction === undefined && kind !== 'started' && kind !== 'ended';
  return statements.filter((one) => one.at <= last || !isUnnamed(one));
}

function distinct(statements: Iterable<Statement>): Iterable<Statement> {
  const seen = new Map<string, Statement>();
  for (const statement of statements) {
    const { digest, identity } = statement;
    const key = (seen.get(digest) ?? statement).identity === identity ? digest : `${digest} ${identity}`;
    const before = seen.get(key);
    if (before === undefined || isEarlierCopy(statement, before)) seen.set(key, statement);
  }
  return seen.values();
}

function isEarlierCopy(one: Statement, other: Statement): boolean {
  return one.receivedAt < other.receivedAt || (one.receivedAt === other.receivedAt && one.messageId < other.messageId);
}

function byRank(one: Statement, other: Statement): number {
  return (
    compareText(one.identity, other.identity) ||
    compareText(one.at, other.at) ||
    compareText(saidBy(one), saidBy(other)) ||
    compareText(one.digest, other.digest)
  );
}

/** What a statement says about energy and time; unlike its digest it holds no random id, so it ranks alike on every machine. */
function saidBy({ kind, seqNo, register, readings, chargingState, stopReason, trigger }: Statement): string {
  const metered = readings.map(({ at, context, values }) => ({ at, context, values }));
  return canon({ kind, seqNo, register, readings: metered, chargingState, stopReason, trigger });
}

/** Order of texts by code unit: the same on every machine. */
export function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function conflict(basis: Statement, other: Statement): Finding {
  return {
    code: 'conflicting-evidence',
    because: `Another ${other.kind} statement has the same identity and says something else; the one with the earlier device time is the basis.`,
    at: basis.at,
  };
}
