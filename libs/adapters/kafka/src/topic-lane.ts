import { MESSAGE_BYTES_MAX, MessageTooLarge, messageBytes, type FeedMessage, type FeedTopic } from '@ledger/ports';
import { CompressionTypes } from 'kafkajs';
import { causesOf, kafkaTypesOf } from './client-error';
import { limitsOf, topicName, type KafkaSettings } from './kafka-settings';
import { ProducerSession } from './producer-session';
import { SendBatcher, SendRefused, type Outgoing } from './send-batcher';
import { pause, within, type Timers } from './timers';

const COMPRESSION = { none: CompressionTypes.None, gzip: CompressionTypes.GZIP, zstd: CompressionTypes.ZSTD } as const;

/** Bytes that a record and each of its headers add to their contents, with room. */
const RECORD_OVERHEAD_BYTES = 64;
const HEADER_OVERHEAD_BYTES = 8;

/** Refusals after which another producer may send the very same message. */
const SESSION_LOST = [
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
];
const TOO_LARGE = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];

class DeadlinePassed extends Error {}

/**
 * Publishes to one topic: a batcher in front of an idempotent producer. Each topic has a lane of its own, so that a topic that is
 * missing or slow holds up no other. After any failed request the producer is thrown away: it has rolled its sequence numbers
 * back, and the broker would take the next messages under them for copies and drop them.
 */
export class TopicLane {
  private readonly batcher: SendBatcher;
  private session: ProducerSession | undefined;
  private readonly leaving = new Set<Promise<void>>();

  constructor(
    private readonly topic: FeedTopic,
    private readonly settings: KafkaSettings,
    private readonly timers: Timers,
  ) {
    const send = (messages: readonly Outgoing[], timeoutMs: number): Promise<void> => this.send(messages, timeoutMs);
    this.batcher = new SendBatcher({ topic, timers, limits: limitsOf(settings), send });
  }

  /** Returns when all messages are durable. @throws FeedFull, FeedUnavailable, MessageTooLarge */
  async publish(messages: readonly FeedMessage[]): Promise<void> {
    for (const message of messages) {
      const bytes = messageBytes(message);
      if (bytes > MESSAGE_BYTES_MAX) {
        throw new MessageTooLarge(
          `${this.topic}: a message has ${bytes} bytes, at most ${MESSAGE_BYTES_MAX} are taken`,
        );
      }
    }
    await this.batcher.publish(messages.map(toWire));
  }

  /** Sends what waits, within the time that publishing has, and disconnects. */
  async close(): Promise<void> {
    await this.batcher.close();
    await this.session?.close();
    await Promise.race([Promise.all(this.leaving), pause(this.timers, LEAVE_MAX_MS)]);
  }

  /** Tries until the time is over, unless the broker refuses the messages themselves. */
  private async send(messages: readonly Outgoing[], timeoutMs: number): Promise<void> {
    const deadline = this.timers.now() + timeoutMs;
    for (;;) {
      const error = await this.attempt(messages, deadline - this.timers.now());
      if (error === undefined) return;
      const isOver = error instanceof DeadlinePassed || deadline - this.timers.now() <= ATTEMPT_PAUSE_MS;
      if (isOver || isRefusal(error)) throw translated(error);
      await pause(this.timers, ATTEMPT_PAUSE_MS);
    }
  }

  private async attempt(messages: readonly Outgoing[], timeoutMs: number): Promise<Error | undefined> {
    const session = (this.session ??= new ProducerSession(this.settings));
    const sending = session.send(
      topicName(this.settings, this.topic),
      messages,
      COMPRESSION[this.settings.compression ?? 'none'],
    );
    const late = (): Error => new DeadlinePassed(`no answer in time: ${session.lastWord}`);
    try {
      await within(this.timers, timeoutMs, sending, late);
      return undefined;
    } catch (error) {
      this.session = undefined;
      const left = session.abandon(sending).finally(() => this.leaving.delete(left));
      this.leaving.add(left);
      return error instanceof Error ? error : new Error('the client failed without an error');
    }
  }
}

/** The pause before another attempt with a new producer. */
const ATTEMPT_PAUSE_MS = 200;
/** How long closing waits for requests that nobody waits for any more. */
const LEAVE_MAX_MS = 5_000;

/** Tells whether the broker said no, and would say no again. */
function isRefusal(error: Error): boolean {
  const origin = causesOf(error).at(-1) ?? error;
  return typeof Reflect.get(origin, 'type') === 'string' && Reflect.get(origin, 'retriable') === false;
}

/** A deadline stays what it is; the rest says whether it was the message or the producer that the broker refused. */
function translated(error: Error): Error {
  const types = kafkaTypesOf(error);
  if (types.some((type) => TOO_LARGE.includes(type))) {
    return new MessageTooLarge('the message is larger than the topic takes', { cause: error });
  }
  if (!isRefusal(error)) return error;
  return new SendRefused(
    types.some((type) => SESSION_LOST.includes(type)),
    { cause: error },
  );
}

function toWire(message: FeedMessage): Outgoing {
  const { key, value, headers = {} } = message;
  const content =
    typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.length);
  const overhead = RECORD_OVERHEAD_BYTES + HEADER_OVERHEAD_BYTES * Object.keys(headers).length;
  return { key, value: content, headers: { ...headers }, bytes: messageBytes(message) + overhead };
}
