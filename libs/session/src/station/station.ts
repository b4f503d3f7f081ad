import type { Instant } from '@ledger/units';
import { bindingKeys, noBindings, type Binding } from './binding';
import type { RegisterNoted } from './events';
import { noEvidence, type Evidence } from './evidence';
import type { Indexed, Placed } from './indexed';
import { Latest } from './latest';
import { namelessKeys, noNameless, type Nameless } from './nameless';
import type { Stretch } from './stretches';

/** Of what was stored before its time was: it stays where it is. */
export const UNKNOWN_TIME = '' as Instant;

/** Most sessions and statements without transaction that a station's memory holds; older ones leave it, never the stream. */
export const BINDINGS_MAX = 500;
export const NAMELESS_MAX = 1_000;
const NOTES_MAX = 500;

/** What an event changed in what follows from the evidence. */
export interface Change {
  /** Where a statement without transaction may find another session, or none. */
  readonly stretches: readonly Stretch[];
  readonly before: readonly Binding[];
  readonly after: readonly Binding[];
}

/** Nothing followed. */
export const NO_CHANGE: Change = { stretches: [], before: [], after: [] };

/** What a station's memory consists of. */
export interface Memory {
  readonly tenant: string;
  readonly station: string;
  readonly evidence: Evidence;
  readonly known: Indexed<Binding>;
  readonly nameless: Indexed<Nameless>;
  readonly notes: Latest<RegisterNoted>;
  readonly change: Change;
  readonly events: number;
}

/** A station's memory, folded from its stream. Immutable and bounded; an event costs O(log n). */
export class Station implements Memory {
  readonly tenant: string;
  readonly station: string;
  /** What was said of starts and ids: it alone decides which sessions there are. */
  readonly evidence: Evidence;
  /** The sessions that follow from the evidence. */
  readonly known: Indexed<Binding>;
  /** Statements that name no transaction, with the session of each that has one. */
  readonly nameless: Indexed<Nameless>;
  /** What assessments found, by session. */
  readonly notes: Latest<RegisterNoted>;
  /** What the latest event changed. */
  readonly change: Change;
  readonly events: number;

  constructor(memory: Memory) {
    this.tenant = memory.tenant;
    this.station = memory.station;
    this.evidence = memory.evidence;
    this.known = memory.known;
    this.nameless = memory.nameless;
    this.notes = memory.notes;
    this.change = memory.change;
    this.events = memory.events;
  }

  /** All sessions. For showing: what decides looks them up. */
  get bindings(): readonly Binding[] {
    return [...this.known.all()];
  }

  /** Statements without transaction that belong to no session yet. For showing: what decides looks them up. */
  get waiting(): readonly Nameless[] {
    return [...this.nameless.all()].filter(({ session }) => session === undefined);
  }

  /** How much the memory holds. */
  get size(): number {
    return this.known.length + this.nameless.length;
  }
}

/** A station of which nothing is known yet. */
export function unknownStation(tenant: string, station: string): Station {
  return new Station({
    tenant,
    station,
    evidence: noEvidence,
    known: noBindings,
    nameless: noNameless,
    notes: Latest.atMost(NOTES_MAX),
    change: NO_CHANGE,
    events: 0,
  });
}

/** The session with an id. */
export function bindingOfSession({ known }: Pick<Station, 'known'>, session: string): Binding | undefined {
  return ofSession(known, session)?.[1];
}

/** The session with an id, with its place among the others. */
export function ofSession(known: Indexed<Binding>, session: string): Placed<Binding> | undefined {
  for (const placed of known.under(bindingKeys.session(session))) if (placed[1].session === session) return placed;
  return undefined;
}

/** The statement without transaction that has an identity. */
export function namelessOf({ nameless }: Pick<Station, 'nameless'>, identity: string): Nameless | undefined {
  return placedNameless(nameless, identity)?.[1];
}

/** The statement without transaction that has an identity, with its place among the others. */
export function placedNameless(nameless: Indexed<Nameless>, identity: string): Placed<Nameless> | undefined {
  return [...nameless.under(namelessKeys.identity(identity))].find(([, one]) => one.identity === identity);
}

/** The end without transaction that was found to be that of a session: the earliest. */
export function stopOf(nameless: Indexed<Nameless>, session: string): Instant | undefined {
  return nameless.first(namelessKeys.stopsOf(session))?.[1].at;
}

/** Starts that name no transaction and have no session yet, in order of their time; up to a time, if one is given. */
export function* waitingStarts({ nameless }: Pick<Station, 'nameless'>, by?: Instant): Generator<Nameless> {
  for (const [, start] of nameless.under(namelessKeys.starts)) {
    if (by !== undefined && start.at > by) return;
    yield start;
  }
}
