import type { StartAnswer, Statement } from '@ledger/meter';
import type { Binding } from './binding';
import { endOfBinding, bindingKeys } from './binding';
import { begunAt, bindingOf, bindingOfStart, firstCalled } from './bindings';
import { answeredStart, certainNames, startOf } from './evidence';
import { namelessKeys, type Nameless } from './nameless';
import { isNamed, isSamePlace, isWholeStation } from './places';
import { namelessOf, waitingStarts, type Station } from './station';
import type { Instant } from '@ledger/units';

/** A session by its id and its transaction. */
export interface Belonging {
  readonly session: string;
  readonly transaction: string;
}

/**
 * Where a statement belongs by what the station knows now; `none` for one without transaction that waits, undefined where the
 * station has forgotten what decides it.
 */
export function belongingOf(station: Station, statement: Statement): Belonging | 'none' | undefined {
  const { answer, transaction, kind, identity, at } = statement;
  if (answer !== undefined) return belongingOfAnswer(station, answer);
  if (kind === 'started' && transaction !== undefined) {
    return bindingOfStart(station, identity) ?? bindingOf(station, transaction, at);
  }
  if (transaction !== undefined) return bindingOf(station, transaction, at);
  const known = namelessOf(station, identity);
  if (known === undefined) return undefined;
  const { session, transaction: named } = known;
  return session === undefined || named === undefined ? 'none' : { session, transaction: named };
}

/** By the start that is answered; its time tells nothing, for each copy of an answer has one of its own. */
function belongingOfAnswer(station: Station, answer: StartAnswer): Belonging | undefined {
  const start = answeredStart(station.evidence, answer);
  const session = start === undefined ? undefined : bindingOfStart(station, start.identity);
  return session ?? firstCalled(station, answer.transaction);
}

/** The session of a statement without transaction: a start's own, else the one that ran on its connector at its time. */
export function runningFor(station: Station, one: Nameless): Belonging | undefined {
  if (one.kind === 'started') return bindingOfStart(station, one.identity);
  if (one.kind === 'ended') return endsIn(station).get(one.identity);
  if (isWholeStation(one) || !isNamed(one)) return undefined;
  const latest = latestAt(station, one);
  const end = latest === undefined ? undefined : endOfBinding(latest);
  return end === undefined || one.at <= end ? latest : undefined;
}

/** The session that began last at the place, unless a start waits there that came after it. */
function latestAt(station: Station, one: Nameless): Binding | undefined {
  const latest = begunAt(station, one, one.at);
  for (const start of waitingStarts(station, one.at)) {
    if (isSamePlace(start, one) && start.at > (latest?.startedAt ?? '')) return undefined;
  }
  return latest;
}

/**
 * The session of each end without transaction, in the order of their times: the one that ran on its connector; of one that
 * names no connector, as in OCPP 1.6, the only one on the station that had begun and not ended.
 */
export function endsIn(station: Station): ReadonlyMap<string, Belonging> {
  const found = new Map<string, Belonging>();
  const ended = new Map<string, Instant>();
  for (const [, end] of station.nameless.under(namelessKeys.stops)) {
    if (isWholeStation(end)) continue;
    const session = isNamed(end) ? endedAtPlace(station, end) : onlyOpen(station, end.at, ended);
    const before = session === undefined ? undefined : ended.get(session.session);
    if (session === undefined || (before !== undefined && before < end.at)) continue;
    ended.set(session.session, end.at);
    found.set(end.identity, session);
  }
  return found;
}

function endedAtPlace(station: Station, end: Nameless): Binding | undefined {
  const latest = latestAt(station, end);
  return latest?.endedAt === undefined || end.at <= latest.endedAt ? latest : undefined;
}

function onlyOpen(station: Station, at: Instant, ended: ReadonlyMap<string, Instant>): Binding | undefined {
  for (const _ of waitingStarts(station, at)) return undefined;
  let only: Binding | undefined;
  for (const [, one] of station.known.under(bindingKeys.open)) {
    if (one.startedAt === undefined || one.startedAt > at) break;
    const end = ended.get(one.session);
    if (end !== undefined && end < at) continue;
    if (only !== undefined) return undefined;
    only = one;
  }
  return only;
}

/** Whether the transaction of a statement was found by connector and time: not that of a start whose answer is known. */
export function isInferredIn(
  { evidence }: Station,
  { transaction, answer, kind, identity }: Pick<Statement, 'kind' | 'identity'> & Partial<Statement>,
): boolean {
  if (transaction !== undefined || answer !== undefined) return false;
  const start = kind === 'started' ? startOf(evidence, identity) : undefined;
  return start === undefined || certainNames(evidence, start).length === 0;
}
