import { chanceOf, type Chance } from './chance';
import type { FleetPlan } from './charger';
import { sessionsOf, type Message, type SimulatedSession } from './run-charger';
import type { Truth } from './truth';

/** A message of the fleet, or the truth of a session whose first message is due. */
type FleetItem =
  { readonly kind: 'message'; readonly message: Message } | { readonly kind: 'truth'; readonly truth: Truth };

/** Messages that wait together for their turn where delivery is shuffled: what bounds the memory. */
export const SHUFFLE_WINDOW = 5_000;

/** The truths of one charger, in order of the sessions' starts. */
export function truthsOf(plan: FleetPlan, charger: number): readonly Truth[] {
  return [...sessionsOf(plan, charger)].map(({ truth }) => truth);
}

/** All messages of the fleet in order of arrival, and each session's truth before its messages. Memory grows with the chargers alone. */
export function* fleetOf(plan: FleetPlan): Generator<FleetItem> {
  const chargers = Array.from({ length: plan.chargers }, (_, number) => new ChargerFeed(sessionsOf(plan, number)));
  const heap = new ByTime(chargers.filter(({ nextMs }) => nextMs < Infinity));
  for (let next = heap.first(); next !== undefined; next = heap.first()) {
    yield* next.take();
    heap.settle();
  }
}

/** The same items, the messages in an order that follows from the seed, at most a window apart. */
export function* shuffled(items: Iterable<FleetItem>, seed: number): Generator<FleetItem> {
  const chance = chanceOf(seed, 'shuffle');
  const waiting: FleetItem[] = [];
  for (const item of items) {
    if (item.kind === 'truth') {
      yield item;
      continue;
    }
    waiting.push(item);
    if (waiting.length >= SHUFFLE_WINDOW) yield* drawn(waiting, chance);
  }
  while (waiting.length > 0) yield* drawn(waiting, chance);
}

function* drawn(waiting: FleetItem[], chance: Chance): Generator<FleetItem> {
  const at = chance.whole(0, waiting.length - 1);
  const last = waiting.pop();
  const item = waiting[at] ?? last;
  if (last !== undefined && at < waiting.length) waiting[at] = last;
  if (item !== undefined) yield item;
}

/** What one charger still has to deliver. A session is only drawn when its start is due. */
class ChargerFeed {
  private readonly pending: Message[] = [];
  private next: SimulatedSession | undefined;

  constructor(private readonly sessions: Iterator<SimulatedSession>) {
    this.next = this.drawn();
  }

  /** When this charger is due next. */
  get nextMs(): number {
    return Math.min(this.pending[0]?.deliveredMs ?? Infinity, this.next?.startMs ?? Infinity);
  }

  *take(): Generator<FleetItem> {
    const { next } = this;
    const [message] = this.pending;
    if (next !== undefined && next.startMs <= (message?.deliveredMs ?? Infinity)) {
      this.pending.push(...next.messages);
      this.pending.sort((one, other) => one.deliveredMs - other.deliveredMs);
      this.next = this.drawn();
      yield { kind: 'truth', truth: next.truth };
    } else if (message !== undefined) {
      this.pending.shift();
      yield { kind: 'message', message };
    }
  }

  private drawn(): SimulatedSession | undefined {
    const { value, done } = this.sessions.next() as IteratorResult<SimulatedSession, undefined>;
    return done === true ? undefined : value;
  }
}

/** A heap of chargers by when they are due. */
class ByTime {
  private readonly feeds: ChargerFeed[];

  constructor(feeds: readonly ChargerFeed[]) {
    this.feeds = [...feeds].sort((one, other) => one.nextMs - other.nextMs);
  }

  first(): ChargerFeed | undefined {
    return this.feeds[0];
  }

  /** Puts the first one where it belongs now, or lets it go. */
  settle(): void {
    const { feeds } = this;
    const [first] = feeds;
    if (first === undefined) return;
    if (first.nextMs === Infinity) {
      const last = feeds.pop();
      if (last !== undefined && last !== first) feeds[0] = last;
    }
    let at = 0;
    for (let child = this.earlierChild(at); child !== undefined; child = this.earlierChild(at)) {
      const one = feeds[at];
      const other = feeds[child];
      if (one === undefined || other === undefined) return;
      [feeds[at], feeds[child]] = [other, one];
      at = child;
    }
  }

  private earlierChild(at: number): number | undefined {
    const timeOf = (place: number): number => this.feeds[place]?.nextMs ?? Infinity;
    const left = 2 * at + 1;
    const child = timeOf(left + 1) < timeOf(left) ? left + 1 : left;
    return timeOf(child) < timeOf(at) ? child : undefined;
  }
}
