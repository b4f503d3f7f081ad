import type { Statement } from '@ledger/meter';
import type { Instant } from '@ledger/units';
import type { Origin } from '../events';
import type { Binding } from './binding';
import type { StatementAttributed } from './events';
import { withoutStart } from './evidence';
import type { Content, Nameless } from './nameless';
import { placeOf, type Place } from './places';
import {
  NAMELESS_MAX,
  namelessOf,
  NO_CHANGE,
  ofSession,
  placedNameless,
  stopOf,
  UNKNOWN_TIME,
  type Memory,
} from './station';
import { stretchOf, type Stretch } from './stretches';
import { starting } from './take-evidence';

/** Keeps a statement without transaction, or a copy of it that was received earlier. */
export function keeping(station: Memory, statement: Statement, origin: Origin | undefined): Partial<Memory> {
  const { identity, digest, kind, at, call, receivedAt, register } = statement;
  const content: Content = { digest, origin, statement };
  const place = placeOf(statement);
  const news: Nameless = {
    ...{ identity, kind, at, ...place, contents: [content] },
    ...{ session: undefined, transaction: undefined, lies: [] },
  };
  const memory = remembering(station, news);
  const stretches = stretchesFrom(station, place, at);
  if (kind !== 'started') return { ...memory, change: { ...NO_CHANGE, stretches } };
  const calls = call === undefined ? [] : [call];
  const about = { identity, ...place, at, registerWh: register, names: [], calls, receivedAt, isWoken: false };
  const begins = starting({ ...station, ...memory }, about);
  const { change = NO_CHANGE } = begins;
  return { ...memory, ...begins, change: { ...change, stretches: [...change.stretches, ...stretches] } };
}

/** From a time on: a start that waits takes what follows it from the session before. */
function stretchesFrom({ known }: Pick<Memory, 'known'>, place: Place, startedAt: Instant): readonly Stretch[] {
  const stretch = stretchOf(known, { ...place, startedAt });
  return stretch === undefined ? [] : [stretch];
}

/** Adds a statement, or what is new of it; of several contents the earliest decides where it belongs. */
function remembering(station: Memory, news: Nameless): Pick<Memory, 'nameless'> & Partial<Memory> {
  const { nameless } = station;
  const before = placedNameless(nameless, news.identity);
  if (before !== undefined) {
    const [, known] = before;
    const first = news.at < known.at ? news : known;
    const { kind, at, evse, connector } = first;
    const after = { ...known, kind, at, evse, connector, contents: withContents(known.contents, news.contents) };
    return { nameless: nameless.replaced(before, after) };
  }
  const grown = nameless.with(news);
  const eldest = grown.length > NAMELESS_MAX ? grown.eldest() : undefined;
  if (eldest === undefined) return { nameless: grown };
  const [, gone] = eldest;
  const isWaitingStart = gone.kind === 'started' && gone.session === undefined;
  const evidence = isWaitingStart ? { evidence: withoutStart(station.evidence, gone.identity) } : {};
  return { nameless: grown.without(eldest), ...evidence };
}

/** A content that is kept already may come again as it was received before. */
function withContents(known: readonly Content[], news: readonly Content[]): readonly Content[] {
  const again = known.map((one) => {
    const copy = news.find(({ digest, statement }) => digest === one.digest && statement !== undefined);
    return copy ?? one;
  });
  return [...again, ...news.filter(({ digest }) => !known.some((one) => one.digest === digest))];
}

/** Takes in to which session a statement belongs. */
export function attributing(station: Memory, event: StatementAttributed): Partial<Memory> {
  const { session, transaction, identity, digest } = event;
  const content: Content = { digest, origin: undefined, statement: undefined };
  const told: Nameless = { ...placeIn(event, station), contents: [content], session, transaction, lies: [session] };
  const { nameless: remembered, ...more } = remembering(station, told);
  const placed = placedNameless(remembered, identity);
  if (placed === undefined) return { nameless: remembered, ...more };
  const [, known] = placed;
  const contents = known.contents.map((one) => (one.digest === digest ? { ...one, statement: undefined } : one));
  const lies = known.lies.includes(session) ? known.lies : [...known.lies, session];
  const nameless = remembered.replaced(placed, { ...known, contents, session, transaction, lies });
  return { ...more, ...moved({ ...station, nameless }, known, [placedSession(station, identity), session]) };
}

/** What decides where a statement belongs: of a kept one it is known. */
function placeIn(
  { identity, kind, at, evse, connector }: StatementAttributed,
  station: Memory,
): Pick<Nameless, 'identity' | 'kind' | 'at' | 'evse' | 'connector'> {
  if (kind !== undefined && at !== undefined) return { identity, kind, at, evse, connector };
  return namelessOf(station, identity) ?? { identity, kind: 'status', at: UNKNOWN_TIME, evse, connector };
}

function placedSession({ nameless }: Memory, identity: string): string | undefined {
  return placedNameless(nameless, identity)?.[1].session;
}

/** Takes in that a statement belongs to no known session any more. */
export function detaching(station: Memory, identity: string): Partial<Memory> {
  const placed = placedNameless(station.nameless, identity);
  if (placed === undefined) return {};
  const [, known] = placed;
  const nameless = station.nameless.replaced(placed, { ...known, session: undefined, transaction: undefined });
  return moved({ ...station, nameless }, known, [known.session]);
}

/** What else changes when a statement goes: an end moves the end of its session, a start that waits makes others wait. */
function moved(
  station: Pick<Memory, 'known' | 'nameless'>,
  { kind, at, evse, connector }: Nameless,
  sessions: readonly (string | undefined)[],
): Partial<Memory> {
  const { nameless } = station;
  if (kind === 'started') {
    return { nameless, change: { ...NO_CHANGE, stretches: stretchesFrom(station, { evse, connector }, at) } };
  }
  if (kind !== 'ended') return { nameless };
  let { known } = station;
  const bindings: Binding[] = [];
  for (const session of new Set(sessions)) {
    const placed = session === undefined ? undefined : ofSession(known, session);
    if (session === undefined || placed === undefined) continue;
    const after = { ...placed[1], stoppedAt: stopOf(nameless, session) };
    known = known.replaced(placed, after);
    bindings.push(after);
  }
  const stretches = bindings.map((one) => stretchOf(known, one)).filter((one) => one !== undefined);
  return { nameless, known, change: { stretches, before: [], after: [] } };
}
