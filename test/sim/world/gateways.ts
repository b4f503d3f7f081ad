import type { Accepted, Message } from '@ledger/usecases';

import type { TestEvent } from '../../support/events';
import type { Chance } from '../chance';
import type { FaultyWire } from '../wire';
import type { Evidence, Said } from './evidence';

/** Whoever takes requests: undefined when nobody answers. */
export type Intake = (messages: readonly Message[]) => Promise<Accepted> | undefined;

/** How long a gateway waits for an answer before it sends again, in ms. */
const ANSWER_MS = 4_000;
const RETRY_MS = 1_500;

/** One request: what is in it, until it is acknowledged. */
interface Request {
  readonly said: readonly Said[];
  readonly poison: readonly string[];
  tries: number;
}

/** What gateways were told by the end. */
export interface ToldGateways {
  readonly acknowledged: TestEvent[];
  readonly quarantined: { readonly gateway: string; readonly id: string }[];
}

/** The gateways of a world: they send what happened in requests, out of order, and send again until each is acknowledged. */
export class Gateways {
  /** Requests that were not acknowledged yet. */
  open = 0;
  readonly told: ToldGateways = { acknowledged: [], quarantined: [] };
  private retries = 0;

  constructor(
    private readonly wire: FaultyWire,
    private readonly chance: Chance,
    private readonly intake: Intake,
  ) {}

  /** Sends everything, beginning within so many ms. */
  send({ said, poison }: Evidence, withinMs: number): void {
    const isInOrder = withinMs === 0;
    const left = isInOrder ? [...said] : this.disordered(said);
    const requests: Request[] = poison.map((text) => ({ said: [], poison: [text], tries: 0 }));
    while (left.length > 0) {
      const size = isInOrder ? left.length : this.chance.between(1, 8);
      requests.push({ said: left.splice(0, size), poison: [], tries: 0 });
    }
    this.open += requests.length;
    for (const request of requests) {
      this.wire.schedule.after(this.chance.below(withinMs + 1), 'gateway begins', () => this.attempt(request));
    }
  }

  /** Mostly in order, as real ones are, sometimes not at all; and some of it twice. */
  private disordered(said: readonly Said[]): Said[] {
    const twice = said.filter(() => this.chance.happens(0.1));
    if (this.chance.happens(0.3)) return this.chance.shuffled([...said, ...twice]);
    return [...said, ...twice];
  }

  private attempt(request: Request): void {
    request.tries += 1;
    const events = request.said.map((said) => this.named(said, request.tries));
    const messages = [...events.map((event) => ({ text: JSON.stringify(event) })), ...request.poison.map(textOf)];
    let isOver = false;
    const again = (label: string, ms: number): void =>
      this.wire.schedule.after(ms, label, () => {
        if (isOver) return;
        isOver = true;
        this.attempt(request);
      });
    again('gateway waits', ANSWER_MS);
    if (this.isLost()) return;
    this.intake(messages)?.then(
      (accepted) => {
        if (this.isLost()) return;
        this.wire.schedule.after(1, 'gateway hears', () => {
          if (isOver) return;
          isOver = true;
          this.acknowledged(events, accepted);
        });
      },
      () => again('gateway tries again', this.chance.below(RETRY_MS)),
    );
  }

  private acknowledged(events: readonly TestEvent[], { quarantined }: Accepted): void {
    this.open -= 1;
    this.told.acknowledged.push(...events);
    this.told.quarantined.push(...quarantined.map(({ quarantine: id }) => ({ gateway: 'unknown', id })));
  }

  /** A retry may come under another id, where the statement has an identity without it. */
  private named({ event, mayChangeId }: Said, tries: number): TestEvent {
    if (!mayChangeId || tries === 1 || this.chance.happens(0.5)) return event;
    this.retries += 1;
    return { ...event, id: `again-${this.retries}` };
  }

  private isLost(): boolean {
    return this.chance.happens(this.wire.weights.network);
  }
}

function textOf(text: string): Message {
  return { text };
}
