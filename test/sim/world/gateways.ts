import type { Accepted, Message } from '@ledger/usecases';

import type { TestEvent } from '../../support/events';
import type { Chance } from '../chance';
import type { FaultyWire } from '../wire';
import type { Said } from './dialects';
import type { Evidence } from './evidence';

/** Whoever takes requests over HTTP: undefined when nobody answers. */
export type Intake = (messages: readonly Message[]) => Promise<Accepted> | undefined;

/** The topic on which gateways may write themselves: the broker answers when it has stored the messages. */
export type Topic = (messages: readonly Message[]) => void;

/** The ways by which messages come in. */
export interface Ways {
  readonly intake: Intake;
  readonly topic: Topic;
  /** Share of the requests that go to the topic. */
  readonly topicShare: number;
}

/** How long a gateway waits for an answer before it sends again, in ms. */
const ANSWER_MS = 4_000;
const RETRY_MS = 1_500;

/** One request: what is in it, until it is acknowledged. */
interface Request {
  readonly said: readonly Said[];
  readonly poison: readonly string[];
  readonly isForTopic: boolean;
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
    private readonly ways: Ways,
  ) {}

  /** Sends everything, beginning within so many ms. */
  send({ said, poison }: Evidence, withinMs: number): void {
    const isInOrder = withinMs === 0;
    const left = isInOrder ? [...said] : this.disordered(said);
    const requests: Request[] = poison.map((text) => this.request([], [text]));
    while (left.length > 0) {
      const size = isInOrder ? left.length : this.chance.between(1, 8);
      requests.push(this.request(left.splice(0, size), []));
    }
    this.open += requests.length;
    for (const request of requests) {
      this.wire.schedule.after(this.chance.below(withinMs + 1), 'gateway begins', () => this.attempt(request));
    }
  }

  private request(said: readonly Said[], poison: readonly string[]): Request {
    return { said, poison, isForTopic: this.chance.happens(this.ways.topicShare), tries: 0 };
  }

  /** Mostly in order, as real ones are, sometimes not at all; and some of it twice. */
  private disordered(said: readonly Said[]): Said[] {
    const twice = said.filter(() => this.chance.happens(0.1));
    if (this.chance.happens(0.3)) return this.chance.shuffled([...said, ...twice]);
    return [...said, ...twice];
  }

  private attempt(request: Request): void {
    request.tries += 1;
    const sent = request.said.map((said) => this.named(said, request.tries));
    const messages = [
      ...sent.map(({ event, frame }) => textOf(JSON.stringify(frame ?? event))),
      ...request.poison.map(textOf),
    ];
    let isOver = false;
    const again = (label: string, ms: number): void =>
      this.wire.schedule.after(ms, label, () => {
        if (isOver) return;
        isOver = true;
        this.attempt(request);
      });
    again('gateway waits', ANSWER_MS);
    const isAnswered = (accepted: Pick<Accepted, 'quarantined'>): void => {
      if (this.isLost()) return;
      this.wire.schedule.after(1, 'gateway hears', () => {
        if (isOver) return;
        isOver = true;
        this.acknowledged(sent, accepted);
      });
    };
    if (this.isLost()) return;
    if (request.isForTopic) {
      this.wire.met.add('sent through the feed');
      this.ways.topic(messages);
      isAnswered({ quarantined: [] });
      return;
    }
    this.ways.intake(messages)?.then(isAnswered, () => again('gateway tries again', this.chance.below(RETRY_MS)));
  }

  private acknowledged(sent: readonly Said[], { quarantined }: Pick<Accepted, 'quarantined'>): void {
    this.open -= 1;
    this.told.acknowledged.push(...sent.map(({ event }) => event));
    this.told.quarantined.push(...quarantined.map(({ quarantine: id }) => ({ gateway: 'unknown', id })));
  }

  /** A retry may come under another id, where the statement has an identity without it. */
  private named(said: Said, tries: number): Said {
    const { event, frame, mayChangeId } = said;
    if (!mayChangeId || tries === 1 || this.chance.happens(0.5)) return said;
    this.retries += 1;
    const id = `again-${this.retries}`;
    return { ...said, event: { ...event, id }, ...(frame === undefined ? {} : { frame: { ...frame, id } }) };
  }

  private isLost(): boolean {
    const isLost = this.chance.happens(this.wire.weights.network);
    if (isLost) this.wire.met.add('request or answer lost');
    return isLost;
  }
}

function textOf(text: string): Message {
  return { text };
}
