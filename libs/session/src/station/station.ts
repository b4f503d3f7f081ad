import type { Statement } from '@ledger/meter';
import type { Origin } from '../events';
import { aliased, bindingKeys, bound, ended, noBindings, noted, type Binding } from './binding';
import type { StatementAttributed, StationEvent, TransactionBound } from './events';
import type { Indexed, Placed } from './indexed';
import { Latest } from './latest';
import { placeOf } from './places';
import { stretchOf, withStretches, type Stretch } from './stretches';
import { nothingWaiting, waitingKeys, type Waiting } from './waiting';

/** Most transactions, waiting statements, unanswered calls and known identities that a station's memory holds; older ones leave it, never the stream. */
const BINDINGS_MAX = 500;
export const WAITING_MAX = 500;
const ANSWERS_MAX = 100;
const IDENTITIES_MAX = 500;

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

interface Memory {
  readonly tenant: string;
  readonly station: string;
  readonly known: Indexed<Binding>;
  readonly waiting: Indexed<Waiting>;
  readonly answers: Latest<string>;
  readonly kept: Latest<KeptIdentity>;
  readonly attributed: Latest<Attributed>;
  readonly changed: readonly Stretch[];
  readonly events: number;
}

/** A station's memory, folded from its stream. Immutable and bounded; an event costs O(log n). */
export class Station implements Memory {
  readonly tenant: string;
  readonly station: string;
  /** Transactions in the order in which they were bound. */
  readonly known: Indexed<Binding>;
  /** Kept statements in the order in which they came. */
  readonly waiting: Indexed<Waiting>;
  /** Transactions of answers whose start did not come yet, by message id. */
  readonly answers: Latest<string>;
  readonly kept: Latest<KeptIdentity>;
  /** Where statements without transaction went, by their identity. */
  readonly attributed: Latest<Attributed>;
  /** Where waiting statements may find a session that they did not find before. */
  readonly changed: readonly Stretch[];
  readonly events: number;

  constructor(memory: Memory) {
    this.tenant = memory.tenant;
    this.station = memory.station;
    this.known = memory.known;
    this.waiting = memory.waiting;
    this.answers = memory.answers;
    this.kept = memory.kept;
    this.attributed = memory.attributed;
    this.changed = memory.changed;
    this.events = memory.events;
  }

  /** All transactions, in the order in which they were bound. For showing: what decides looks them up. */
  get bindings(): readonly Binding[] {
    return [...this.known.all()];
  }

  /** How much the memory holds. */
  get size(): number {
    return this.known.length + this.waiting.length;
  }
}

/** A station of which nothing is known yet. */
export function unknownStation(tenant: string, station: string): Station {
  return new Station({
    tenant,
    station,
    known: noBindings,
    waiting: nothingWaiting,
    answers: Latest.atMost(ANSWERS_MAX),
    kept: Latest.atMost(IDENTITIES_MAX),
    attributed: Latest.atMost(IDENTITIES_MAX),
    changed: [],
    events: 0,
  });
}

/** Folds one fact into the station's memory. Never rejects. */
export function evolveStation(before: Station, event: StationEvent): Station {
  const { tenant, station, known, waiting, answers, kept, attributed, changed, events } = before;
  const memory = { tenant, station, known, waiting, answers, kept, attributed, changed };
  return new Station({ ...memory, ...changedBy(before, event), events: events + 1 });
}

function changedBy(station: Station, event: StationEvent): Partial<Memory> {
  switch (event.type) {
    case 'TransactionBound':
      return binding(station, event);
    case 'TransactionAliased':
      return changing(station, event.session, (one) => aliased(one, event.alias));
    case 'TransactionEnded':
      return changing(station, event.session, (one) => ended(one, event.at));
    case 'RegisterNoted':
      return changing(station, event.session, (one) => noted(one, event));
    case 'StartAnswered':
      return { answers: station.answers.with(event.call, event.transaction) };
    case 'StartRepeated':
      return repeated(station, event.start, event.call);
    case 'StatementKept':
      return keeping(station, event.statement, event.origin);
    case 'StatementAttributed':
      return attributing(station, event);
  }
}

/** The transaction of a session, with its place among the others. */
export function ofSession({ known }: Pick<Station, 'known'>, session: string): Placed<Binding> | undefined {
  for (const placed of known.under(bindingKeys.session(session))) if (placed[1].session === session) return placed;
  return undefined;
}

/** Whoever binds looks at once which waiting statements the binding concerns: older changes have been looked at with it. */
function binding(station: Station, event: TransactionBound): Partial<Memory> {
  const { known } = station;
  const before = ofSession(station, event.session);
  const after = bound(before?.[1], event);
  const grown = before === undefined ? known.with(after) : known.replaced(before, after);
  const eldest = grown.length > BINDINGS_MAX ? grown.eldest() : undefined;
  const gone = [before, eldest].flatMap((one) => (one === undefined ? [] : [stretchOf(grown, one[1])]));
  return {
    known: eldest === undefined ? grown : grown.without(eldest),
    answers: (event.calls ?? []).reduce((answers, call) => answers.without(call), station.answers),
    changed: withStretches([], [...gone, stretchOf(grown, after)]),
  };
}

function changing(station: Station, session: string, change: (binding: Binding) => Binding): Partial<Memory> {
  const before = ofSession(station, session);
  if (before === undefined) return {};
  const after = change(before[1]);
  const known = station.known.replaced(before, after);
  const stretches = [stretchOf(station.known, before[1]), stretchOf(known, after)];
  return { known, changed: withStretches(station.changed, stretches) };
}

function repeated({ known, waiting }: Station, start: string, call: string): Partial<Memory> {
  const bindings = [...known.under(bindingKeys.start(start))].filter(([, one]) => one.start === start);
  const starts = [...waiting.under(waitingKeys.identity(start))].filter(([, one]) => one.statement.identity === start);
  return {
    known: bindings.reduce((all, one) => all.replaced(one, { ...one[1], calls: [...one[1].calls, call] }), known),
    waiting: starts.reduce((all, one) => all.replaced(one, { ...one[1], calls: [...one[1].calls, call] }), waiting),
  };
}

function keeping(station: Station, statement: Statement, origin: Origin | undefined): Partial<Memory> {
  const { identity, digest, call, at } = statement;
  const before = station.kept.get(identity);
  const digests = [...(before?.digests ?? []), digest];
  const origins = [...(before?.origins ?? []), origin];
  const waiting = station.waiting.with({ statement, origin, calls: call === undefined ? [] : [call] });
  const eldest = waiting.length > WAITING_MAX ? waiting.eldest() : undefined;
  const gone = eldest === undefined ? [] : [stretchOfStart(station, eldest[1])];
  const unseen = before === undefined ? [] : [{ ...placeOf(statement), from: at, to: undefined }];
  return {
    waiting: eldest === undefined ? waiting : waiting.without(eldest),
    kept: station.kept.with(identity, { digests, origins }),
    changed: withStretches(station.changed, [...gone, ...unseen]),
  };
}

function attributing(station: Station, event: StatementAttributed): Partial<Memory> {
  const { session, transaction, identity, digest } = event;
  const found = [...station.waiting.under(waitingKeys.same(identity, digest))].filter(
    ([, { statement }]) => statement.identity === identity && statement.digest === digest,
  );
  return {
    waiting: found.reduce((waiting, one) => waiting.without(one), station.waiting),
    attributed: station.attributed.with(identity, { session, transaction }),
    changed: withStretches(
      station.changed,
      found.map(([, one]) => stretchOfStart(station, one)),
    ),
  };
}

/** A start that waits no longer gives way to the session that ran before it. */
function stretchOfStart({ known }: Station, { statement }: Waiting): Stretch | undefined {
  const { kind, at } = statement;
  return kind === 'started' ? stretchOf(known, { ...placeOf(statement), startedAt: at }) : undefined;
}
