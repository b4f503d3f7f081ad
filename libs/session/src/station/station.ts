import type { Statement } from '@ledger/meter';
import type { DecimalText, Instant } from '@ledger/units';
import type { Origin } from '../events';
import type { RegisterNoted, StatementAttributed, StationEvent, TransactionBound } from './events';

/** Most transactions, waiting statements, unanswered calls and known identities that a station's memory holds; older ones leave it, never the stream. */
const BINDINGS_MAX = 500;
export const WAITING_MAX = 500;
const ANSWERS_MAX = 100;
const IDENTITIES_MAX = 500;

/** A transaction as the station's memory knows it. */
export interface Binding {
  readonly session: string;
  readonly transaction: string;
  readonly aliases: readonly string[];
  readonly evse: string | undefined;
  readonly connector: string | undefined;
  readonly startedAt: Instant | undefined;
  readonly registerStartWh: DecimalText | undefined;
  readonly endedAt: Instant | undefined;
  readonly registerEndWh: DecimalText | undefined;
  readonly start: string | undefined;
  readonly calls: readonly string[];
}

/** A kept statement that may still find its session. */
export interface Waiting {
  readonly statement: Statement;
  readonly origin: Origin | undefined;
  /** Message ids of a start that waits for its answer. */
  readonly calls: readonly string[];
}

/** What is known of a statement that was kept without a session. */
export interface KeptIdentity {
  readonly digests: readonly string[];
  readonly origins: readonly (Origin | undefined)[];
}

/** The session that a statement without transaction was found to belong to. */
export interface Attributed {
  readonly session: string;
  readonly transaction: string;
}

/** A station's memory, folded from its stream. Immutable and bounded. */
export interface Station {
  readonly tenant: string;
  readonly station: string;
  /** In the order in which they were bound. */
  readonly bindings: readonly Binding[];
  readonly waiting: readonly Waiting[];
  /** Transactions of answers whose start did not come yet, by message id. */
  readonly answers: ReadonlyMap<string, string>;
  readonly kept: ReadonlyMap<string, KeptIdentity>;
  /** Where statements without transaction went, by their identity. */
  readonly attributed: ReadonlyMap<string, Attributed>;
  readonly events: number;
}

/** A station of which nothing is known yet. */
export function unknownStation(tenant: string, station: string): Station {
  return {
    tenant,
    station,
    bindings: [],
    waiting: [],
    answers: new Map(),
    kept: new Map(),
    attributed: new Map(),
    events: 0,
  };
}

/** Folds one fact into the station's memory. Never rejects. */
export function evolveStation(station: Station, event: StationEvent): Station {
  const counted = { ...station, events: station.events + 1 };
  switch (event.type) {
    case 'TransactionBound':
      return { ...counted, bindings: bound(station.bindings, event), answers: without(station.answers, event.calls) };
    case 'TransactionAliased':
      return { ...counted, bindings: changed(station.bindings, event.session, (one) => aliased(one, event.alias)) };
    case 'TransactionEnded':
      return { ...counted, bindings: changed(station.bindings, event.session, (one) => ended(one, event.at)) };
    case 'RegisterNoted':
      return { ...counted, bindings: changed(station.bindings, event.session, (one) => noted(one, event)) };
    case 'StartAnswered':
      return { ...counted, answers: withEntry(station.answers, [event.call, event.transaction], ANSWERS_MAX) };
    case 'StartRepeated':
      return { ...counted, ...repeated(station, event.start, event.call) };
    case 'StatementKept':
      return { ...counted, ...keeping(station, event.statement, event.origin) };
    case 'StatementAttributed':
      return { ...counted, ...attributing(station, event) };
  }
}

function bound(bindings: readonly Binding[], event: TransactionBound): readonly Binding[] {
  const before = bindings.find(({ session }) => session === event.session);
  if (before === undefined) return [...bindings, joined(unbound(event), event)].slice(-BINDINGS_MAX);
  return bindings.map((one) => (one === before ? joined(one, event) : one));
}

function unbound({ session, transaction }: TransactionBound): Binding {
  return {
    session,
    transaction,
    aliases: [],
    evse: undefined,
    connector: undefined,
    startedAt: undefined,
    registerStartWh: undefined,
    endedAt: undefined,
    registerEndWh: undefined,
    start: undefined,
    calls: [],
  };
}

/** What the event says goes before what was known. */
function joined(before: Binding, event: TransactionBound): Binding {
  return {
    ...before,
    evse: event.evse ?? before.evse,
    connector: event.connector ?? before.connector,
    startedAt: event.startedAt ?? before.startedAt,
    registerStartWh: event.registerWh ?? before.registerStartWh,
    start: event.start ?? before.start,
    calls: [...new Set([...before.calls, ...(event.calls ?? [])])],
  };
}

function changed(
  bindings: readonly Binding[],
  session: string,
  change: (binding: Binding) => Binding,
): readonly Binding[] {
  return bindings.map((binding) => (binding.session === session ? change(binding) : binding));
}

function aliased(binding: Binding, alias: string): Binding {
  return { ...binding, aliases: [...new Set([...binding.aliases, alias])] };
}

function ended(binding: Binding, at: Instant): Binding {
  return { ...binding, endedAt: binding.endedAt === undefined || at > binding.endedAt ? at : binding.endedAt };
}

function noted(binding: Binding, event: RegisterNoted): Binding {
  return {
    ...binding,
    startedAt: event.startedAt,
    endedAt: event.endedAt,
    registerStartWh: event.registerStartWh ?? binding.registerStartWh,
    registerEndWh: event.registerEndWh,
  };
}

function repeated(station: Station, start: string, call: string): Pick<Station, 'bindings' | 'waiting'> {
  return {
    bindings: station.bindings.map((one) => (one.start === start ? { ...one, calls: [...one.calls, call] } : one)),
    waiting: station.waiting.map((one) =>
      one.statement.identity === start ? { ...one, calls: [...one.calls, call] } : one,
    ),
  };
}

function keeping(
  station: Station,
  statement: Statement,
  origin: Origin | undefined,
): Pick<Station, 'waiting' | 'kept'> {
  const calls = statement.call === undefined ? [] : [statement.call];
  const before = station.kept.get(statement.identity);
  const known: KeptIdentity = {
    digests: [...(before?.digests ?? []), statement.digest],
    origins: [...(before?.origins ?? []), origin],
  };
  return {
    waiting: [...station.waiting, { statement, origin, calls }].slice(-WAITING_MAX),
    kept: withEntry(station.kept, [statement.identity, known], IDENTITIES_MAX),
  };
}

function attributing(station: Station, event: StatementAttributed): Pick<Station, 'waiting' | 'attributed'> {
  const { session, transaction, identity, digest } = event;
  const isOther = ({ statement }: Waiting): boolean => statement.identity !== identity || statement.digest !== digest;
  return {
    waiting: station.waiting.every(isOther) ? station.waiting : station.waiting.filter(isOther),
    attributed: withEntry(station.attributed, [identity, { session, transaction }], IDENTITIES_MAX),
  };
}

function without<Value>(
  map: ReadonlyMap<string, Value>,
  keys: readonly string[] | undefined,
): ReadonlyMap<string, Value> {
  if (keys?.some((key) => map.has(key)) !== true) return map;
  return new Map([...map].filter(([key]) => !keys.includes(key)));
}

function withEntry<Value>(
  map: ReadonlyMap<string, Value>,
  [key, value]: readonly [string, Value],
  most: number,
): ReadonlyMap<string, Value> {
  const entries = [...map].filter(([other]) => other !== key);
  return new Map([...entries, [key, value] as const].slice(-most));
}
