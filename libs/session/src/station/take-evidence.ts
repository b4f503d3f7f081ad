import type { Instant } from '@ledger/units';
import type { Binding } from './binding';
import type { RegisterNoted, TransactionBound } from './events';
import {
  answeredStart,
  answersTo,
  certainNames,
  nameOf,
  startOf,
  startsUnder,
  withAnswer,
  withName,
  withoutBinding,
  withStart,
  type Answer,
  type Evidence,
  type Start,
} from './evidence';
import { unansweredName } from './resolve';
import { resolved, type Resolved, type Touched } from './resolved';
import { bindingOfSession, BINDINGS_MAX, ofSession, stopOf, UNKNOWN_TIME, type Memory } from './station';
import { stretchOf } from './stretches';

/** The start that an event tells of. */
export function startIn(
  { evse, connector, startedAt, registerWh, transaction, calls = [] }: TransactionBound,
  identity: string,
): Start {
  const isWoken = transaction === unansweredName(identity);
  return {
    identity,
    evse,
    connector,
    at: startedAt ?? UNKNOWN_TIME,
    registerWh,
    names: isWoken ? [] : [transaction],
    calls,
    receivedAt: undefined,
    isWoken,
  };
}

/** Takes a start in. */
export function starting(station: Memory, start: Start): Partial<Memory> {
  const evidence = withStart(station.evidence, start);
  const { calls } = startOf(evidence, start.identity) ?? start;
  return following(station, evidence, underCalls(evidence, calls, start));
}

/** A start, and all starts and answers of its message ids: an answer may have gone to another one so far. */
function underCalls(evidence: Evidence, calls: readonly string[], start: Start): Touched {
  const answered = calls.flatMap((call) => answersTo(evidence, call).map(({ transaction }) => transaction));
  const starts = [start, ...calls.flatMap((call) => startsUnder(evidence, call))];
  return {
    names: [...start.names, ...answered],
    starts: starts.map(({ identity }) => identity),
    around: starts,
  };
}

/** Ids whose start is known. */
function begun(evidence: Evidence, names: readonly string[]): Evidence {
  return names.reduce((all, name) => {
    const known = nameOf(all, name) ?? { name, ends: [], seen: undefined, isStarted: false };
    return known.isStarted ? all : withName(all, { ...known, isStarted: true });
  }, evidence);
}

/** Takes an answer in. */
export function answering(station: Memory, answer: Answer): Partial<Memory> {
  const { transaction: name } = answer;
  const known = nameOf(station.evidence, name) ?? { name, ends: [], seen: undefined, isStarted: false };
  const evidence = withName(withAnswer(station.evidence, answer), known);
  const start = answeredStart(evidence, answer);
  const alone = { names: [name], starts: [], around: [] };
  return following(station, evidence, start === undefined ? alone : underCalls(evidence, [answer.call], start));
}

/** Takes another id of a session in, as older streams tell it. */
export function aliasing(station: Memory, session: string, alias: string): Partial<Memory> {
  const [identity] = bindingOfSession(station, session)?.starts ?? [];
  const start = identity === undefined ? undefined : startOf(station.evidence, identity);
  return start === undefined ? {} : starting(station, { ...start, names: [alias] });
}

/** Takes in the earliest that was said of an id. */
export function hearing(station: Memory, event: TransactionBound): Partial<Memory> {
  const { transaction: name, evse, connector, seenAt } = event;
  const known = nameOf(station.evidence, name) ?? { name, ends: [], seen: undefined, isStarted: false };
  const seen = seenAt === undefined ? known.seen : { evse, connector, at: seenAt };
  const evidence = withName(station.evidence, { ...known, seen });
  return following(station, evidence, { names: [name], starts: [], around: [] });
}

/** Ends of one id that are told apart; a station says no more of them but by mistake. */
const ENDS_MAX = 50;

/** Takes an end in. */
export function ending(station: Memory, name: string | undefined, at: Instant): Partial<Memory> {
  if (name === undefined) return {};
  const known = nameOf(station.evidence, name) ?? { name, ends: [], seen: undefined, isStarted: false };
  const ends = [...new Set([...known.ends, at])].sort().slice(-ENDS_MAX);
  return following(station, withName(station.evidence, { ...known, ends }), { names: [name], starts: [], around: [] });
}

/** The sessions that follow from new evidence, in the place of those that followed from what was known before. */
function following(station: Memory, news: Evidence, touched: Touched): Partial<Memory> {
  const certain = touched.starts.flatMap((identity) => {
    const start = startOf(news, identity);
    return start === undefined ? [] : certainNames(news, start);
  });
  const found = resolved(station, begun(news, certain), touched);
  const after = found.after.map((one) => withMemory(station, one));
  return placing(station, { ...found, after });
}

function placing(station: Memory, { evidence, before, after }: Resolved): Partial<Memory> {
  let { known } = station;
  for (const one of before) {
    const placed = ofSession(known, one.session);
    if (placed !== undefined && !after.some(({ session }) => session === one.session)) known = known.without(placed);
  }
  for (const one of after) {
    const placed = ofSession(known, one.session);
    known = placed === undefined ? known.with(one) : known.replaced(placed, one);
  }
  const stretches = [
    ...before.map((one) => stretchOf(station.known, one)),
    ...after.map((one) => stretchOf(known, one)),
  ].filter((one) => one !== undefined);
  const eldest = known.length > BINDINGS_MAX ? known.eldest() : undefined;
  return {
    evidence: eldest === undefined ? evidence : withoutBinding(evidence, eldest[1]),
    known: eldest === undefined ? known : known.without(eldest),
    change: { stretches, before, after },
  };
}

function withMemory({ nameless, notes }: Memory, binding: Binding): Binding {
  return { ...binding, stoppedAt: stopOf(nameless, binding.session), note: notes.get(binding.session) };
}

/** Remembers what an assessment found. */
export function noting(station: Memory, event: RegisterNoted): Partial<Memory> {
  const notes = station.notes.with(event.session, event);
  const placed = ofSession(station.known, event.session);
  if (placed === undefined) return { notes };
  return { notes, known: station.known.replaced(placed, { ...placed[1], note: event }) };
}

/** Takes a start in that was sent again under another message id. */
export function repeating(station: Memory, identity: string, call: string): Partial<Memory> {
  const start = startOf(station.evidence, identity);
  return start === undefined ? {} : starting(station, { ...start, calls: [call] });
}
