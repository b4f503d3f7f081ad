import { FeedFull, FeedUnavailable, MessageTooLarge } from '@ledger/ports';
import type { Timers } from './timers';

/** A message in the words of the client, with what it weighs in a request. */
export interface Outgoing {
  readonly key: string | null;
  readonly value: Buffer;
  readonly headers: Record<string, string>;
  readonly bytes: number;
}

/** The broker refused the request as a whole, and it is not a question of time. */
export class SendRefused extends Error {
  constructor(
    /** True when the same message may well be taken by a new producer. */
    readonly isWorthAnotherTry: boolean,
    options: ErrorOptions,
  ) {
    super(options.cause instanceof Error ? options.cause.message : 'no reason given', options);
  }
}

/** What the batcher needs. `send` publishes in order, within the time, or rejects: SendRefused, MessageTooLarge, else unavailable. */
export interface BatcherOptions {
  readonly topic: string;
  readonly timers: Timers;
  readonly limits: {
    readonly publishTimeoutMs: number;
    readonly sendMessagesMax: number;
    readonly sendBytesMax: number;
    readonly queueMessagesMax: number;
    readonly queueBytesMax: number;
  };
  send(messages: readonly Outgoing[], timeoutMs: number): Promise<void>;
}

/** One call of `publish` on its way: `sent` of its messages are durable. */
interface Order {
  readonly messages: readonly Outgoing[];
  readonly deadline: number;
  readonly done: PromiseWithResolvers<undefined>;
  sent: number;
  tries: number;
}

/** A run of messages of one order inside one request. */
interface Part {
  readonly order: Order;
  readonly messages: readonly Outgoing[];
}

/**
 * Gathers the messages of many callers into requests, with never more than one on its way: concurrent sends of this client
 * overtake each other. While one is on its way the next gathers, so that it lingers exactly as long as the broker needs.
 */
export class SendBatcher {
  private readonly queue: Order[] = [];
  private queuedMessages = 0;
  private queuedBytes = 0;
  private isSending = false;
  private closing: PromiseWithResolvers<undefined> | undefined;

  constructor(private readonly options: BatcherOptions) {}

  /** Returns when all messages are durable, in order. @throws FeedFull, FeedUnavailable, MessageTooLarge */
  async publish(messages: readonly Outgoing[]): Promise<void> {
    if (messages.length === 0) return;
    this.admit(messages);
    const deadline = this.options.timers.now() + this.options.limits.publishTimeoutMs;
    const order: Order = { messages, deadline, done: Promise.withResolvers(), sent: 0, tries: 0 };
    this.queue.push(order);
    if (!this.isSending) {
      this.isSending = true;
      this.options.timers.soon(() => void this.sendAll());
    }
    await order.done.promise;
  }

  /** Takes nothing more; returns when what waits was sent or given up. */
  async close(): Promise<void> {
    this.closing ??= Promise.withResolvers();
    if (!this.isSending) this.closing.resolve(undefined);
    await this.closing.promise;
  }

  private admit(messages: readonly Outgoing[]): void {
    const { topic, limits } = this.options;
    if (this.closing !== undefined) throw new FeedUnavailable(`${topic}: the feed is closed`);
    let bytes = 0;
    for (const message of messages) bytes += message.bytes;
    const isEmpty = this.queuedMessages === 0;
    const isOver =
      this.queuedMessages + messages.length > limits.queueMessagesMax ||
      this.queuedBytes + bytes > limits.queueBytesMax;
    if (isOver && !isEmpty) throw new FeedFull(`${topic}: ${this.queuedMessages} messages wait to be sent`);
    this.queuedMessages += messages.length;
    this.queuedBytes += bytes;
  }

  private async sendAll(): Promise<void> {
    while (this.queue.length > 0) await this.sendParts(this.nextParts());
    this.isSending = false;
    this.closing?.resolve(undefined);
  }

  /** The next request, from the head of the queue, within both limits and never empty. */
  private nextParts(): readonly Part[] {
    const { sendMessagesMax, sendBytesMax } = this.options.limits;
    const parts: Part[] = [];
    let count = 0;
    let bytes = 0;
    for (const order of this.queue) {
      const from = order.sent;
      let to = from;
      for (;;) {
        const message = order.messages[to];
        if (message === undefined || count === sendMessagesMax) break;
        if (count > 0 && bytes + message.bytes > sendBytesMax) break;
        bytes += message.bytes;
        count += 1;
        to += 1;
      }
      if (to > from) parts.push({ order, messages: order.messages.slice(from, to) });
      if (to < order.messages.length) break;
    }
    return parts;
  }

  private async sendParts(parts: readonly Part[]): Promise<void> {
    const timeoutMs = this.timeLeft(parts);
    try {
      if (timeoutMs <= 0) throw new Error('the time was over before the request could leave');
      await this.options.send(
        parts.flatMap((part) => part.messages),
        timeoutMs,
      );
    } catch (error) {
      await this.recover(parts, error);
      return;
    }
    for (const part of parts) this.advance(part);
    this.dropFinished();
  }

  private timeLeft(parts: readonly Part[]): number {
    const deadline = Math.min(...parts.map((part) => part.order.deadline));
    return deadline - this.options.timers.now();
  }

  /**
   * After a refusal every order of the request goes alone, so that one bad message fails no neighbour; after anything else
   * the time is over, and the caller has to decide.
   */
  private async recover(parts: readonly Part[], error: unknown): Promise<void> {
    const isRefusal = error instanceof SendRefused || error instanceof MessageTooLarge;
    if (isRefusal && parts.length > 1) {
      for (const part of parts) await this.sendParts([part]);
      return;
    }
    for (const part of parts) {
      if (error instanceof SendRefused && error.isWorthAnotherTry && part.order.tries === 0) {
        part.order.tries += 1;
        await this.sendParts([part]);
      } else {
        this.giveUp(part.order, error);
      }
    }
    this.dropFinished();
  }

  private giveUp(order: Order, error: unknown): void {
    this.release(order.messages.slice(order.sent));
    order.sent = order.messages.length;
    const because = error instanceof Error ? error.message : 'unknown';
    const isTooLarge = error instanceof MessageTooLarge;
    const said = `${this.options.topic}: the broker did not take the messages: ${because}`;
    order.done.reject(isTooLarge ? error : new FeedUnavailable(said, { cause: error }));
  }

  private advance(part: Part): void {
    this.release(part.messages);
    part.order.sent += part.messages.length;
    if (part.order.sent === part.order.messages.length) part.order.done.resolve(undefined);
  }

  private release(messages: readonly Outgoing[]): void {
    this.queuedMessages -= messages.length;
    for (const message of messages) this.queuedBytes -= message.bytes;
  }

  private dropFinished(): void {
    const open = this.queue.findIndex((order) => order.sent < order.messages.length);
    this.queue.splice(0, open === -1 ? this.queue.length : open);
  }
}
