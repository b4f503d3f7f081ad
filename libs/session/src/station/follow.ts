import type { Statement } from '@ledger/meter';
import type { EndBound, Origin } from '../events';
import { endsIn, isInferredIn, runningFor, type Belonging } from './belonging';
import { endOfBinding, type Binding } from './binding';
import { boundOf, earlierOf } from './bindings';
import type { StationEvent } from './events';
import { keyOf } from './indexed';
import { answeredStart, answersWith, type Evidence } from './evidence';
import { namelessKeys, type Nameless } from './nameless';
import { keysAt } from './places';
import { evolveStation } from './evolve-station';
import { bindingOfSession, namelessOf, type Station } from './station';
import type { Stretch } from './stretches';

/** A kept statement that found its session: to be reported there, with its own origin. */
export interface Released {
  readonly session: string;
  readonly transaction: string;
  readonly statement: Statement;
  readonly origin: Origin | undefined;
  /** It was found by connector and time; a start that its answer names was not. */
  readonly isInferred: boolean;
}

/** A session without its end, and the start after it, if there is one: for `closeByNext`. */
export interface Bounded {
  readonly session: string;
  readonly bound: EndBound | undefined;
}

/** What follows for the sessions of a station from what it learned. */
export interface Consequences {
  readonly events: readonly StationEvent[];
  /** Kept statements to report to their sessions. */
  readonly released: readonly Released[];
  /** Sessions in whose streams statements lie that belong elsewhere: to be sorted by `misplacedIn`. */
  readonly reviewed: readonly string[];
  readonly bounded: readonly Bounded[];
  /** Sessions whose place among their neighbours may be another one. */
  readonly touched: readonly string[];
}

/** A station that learns, and everything that follows. Lives for one decision. */
export class Following {
  private readonly events: StationEvent[] = [];
  private readonly stretches: Stretch[] = [];
  private readonly starts = new Set<string>();
  private readonly released: Released[] = [];
  private readonly reviewed = new Set<string>();
  /** Sessions as they were before a change, and as they are after it. */
  private readonly touched: Binding[] = [];

  constructor(private now: Station) {}

  get station(): Station {
    return this.now;
  }

  add(...events: readonly StationEvent[]): void {
    for (const event of events) {
      const { evidence } = this.now;
      this.now = evolveStation(this.now, event);
      this.events.push(event);
      const { stretches, before, after } = this.now.change;
      this.stretches.push(...stretches);
      this.touched.push(...before, ...after);
      for (const start of [...before, ...after].flatMap((one) => one.starts)) this.starts.add(start);
      const isMoved = isSortedAnew(routesOf(before, evidence), routesOf(after, this.now.evidence));
      if (isMoved) for (const { session } of before) this.reviewed.add(session);
    }
  }

  /** Decides anew where each statement without transaction belongs that the change may concern. */
  followed(): Consequences {
    if (this.events.length > 0) {
      for (const identity of this.starts) this.placed(namelessOf(this.now, identity));
      this.placeEnds();
      for (const one of this.concerned()) this.placed(one);
    }
    const { events, released } = this;
    return {
      events,
      released,
      reviewed: [...this.reviewed],
      touched: [...new Set(this.touched.map(({ session }) => session))],
      bounded: this.bounded(),
    };
  }

  private placeEnds(): void {
    const belongings = endsIn(this.now);
    for (const [, end] of [...this.now.nameless.under(namelessKeys.stops)]) {
      this.place(end, belongings.get(end.identity));
    }
  }

  private concerned(): readonly Nameless[] {
    const found = new Map<string, Nameless>();
    const { nameless } = this.now;
    for (const stretch of this.stretches) {
      for (const key of keysAt(nameless, stretch, (one) => one)) {
        for (const [, one] of nameless.under(key, keyOf(key, stretch.from))) {
          if (stretch.to !== undefined && one.at >= stretch.to) break;
          found.set(one.identity, one);
        }
      }
    }
    return [...found.values()];
  }

  private placed(one: Nameless | undefined): void {
    if (one !== undefined) this.place(one, runningFor(this.now, one));
  }

  private place(one: Nameless, belonging: Belonging | undefined): void {
    if (one.session === belonging?.session) return;
    for (const session of one.lies) this.reviewed.add(session);
    if (belonging === undefined) this.add({ type: 'StatementDetached', identity: one.identity });
    else this.attribute(one, belonging);
  }

  private attribute(one: Nameless, { session, transaction }: Belonging): void {
    const { identity, kind } = one;
    const isInferred = isInferredIn(this.now, { identity, kind });
    for (const { digest, statement, origin } of one.contents) {
      if (statement !== undefined) this.released.push({ session, transaction, statement, origin, isInferred });
      this.add({ type: 'StatementAttributed', session, transaction, identity, digest });
    }
  }

  /** Both sides: the session before one of these may lack its end, and it may itself, where a later start is known already. */
  private bounded(): readonly Bounded[] {
    const open = new Map<string, Binding>();
    for (const one of this.touched) {
      for (const side of [earlierOf(this.now, one), bindingOfSession(this.now, one.session)]) {
        if (side !== undefined && endOfBinding(side) === undefined) open.set(side.session, side);
      }
    }
    return [...open.keys()].map((session) => ({ session, bound: boundOf(this.now, session) }));
  }
}

type Routes = ReadonlyMap<string, string>;

/** Whether a statement of one of these sessions may belong to another of them now. */
function isSortedAnew(before: Routes, after: Routes): boolean {
  return [...before].some(([said, sessions]) => after.get(said) !== sessions);
}

/** Which sessions each id, each start and each answer leads to: of several, the time of a statement decides. */
function routesOf(bindings: readonly Binding[], evidence: Evidence): Routes {
  const sessions = new Map<string, Binding[]>();
  for (const one of bindings) {
    const names = [one.transaction, ...one.aliases].map((name) => `name ${name}`);
    for (const said of [...names, ...one.starts, ...answersIn(one, evidence)]) {
      sessions.set(said, [...(sessions.get(said) ?? []), one]);
    }
  }
  return new Map([...sessions].map(([said, several]) => [said, routeOf(several)]));
}

/** Answers to its starts, and those that lie with it because no start is known for them yet. */
function answersIn({ transaction, aliases, starts }: Binding, evidence: Evidence): readonly string[] {
  const answers = [transaction, ...aliases].flatMap((name) => answersWith(evidence, name));
  const own = answers.filter((answer) => {
    const start = answeredStart(evidence, answer);
    return start === undefined || starts.includes(start.identity);
  });
  return own.map(({ call, transaction: name }) => `answer ${call} ${name}`);
}

function routeOf(bindings: readonly Binding[]): string {
  const [only, ...others] = bindings;
  if (only !== undefined && others.length === 0) return only.session;
  return bindings
    .map(({ startedAt, session }) => `${startedAt ?? ''} ${session}`)
    .sort()
    .join();
}
