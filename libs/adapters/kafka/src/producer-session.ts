import { logLevel, type CompressionTypes, type Producer } from 'kafkajs';
import { CLIENT_RETRY, kafkaClient } from './kafka-client';
import type { KafkaSettings } from './kafka-settings';
import type { Outgoing } from './send-batcher';
import { steadyPartitioner } from './steady-partitioner';

/**
 * One idempotent producer from its first connection until it is abandoned. It numbers its messages, so that the broker drops what
 * a retry sends twice. The client tries again without end; whoever waits puts a deadline around it and abandons the session.
 */
export class ProducerSession {
  private readonly producer: Producer;
  private connected: Promise<void> | undefined;
  private isAbandoned = false;
  private lastError = 'the client gave no reason';

  constructor(settings: KafkaSettings) {
    const kafka = kafkaClient(settings, ({ level, log }) => {
      if (level === logLevel.ERROR) this.lastError = log.message;
    });
    this.producer = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: steadyPartitioner(() => this.isAbandoned),
      retry: { ...CLIENT_RETRY, retries: Number.MAX_SAFE_INTEGER },
    });
  }

  /** The last error of the client: all that is known of a request that is still being tried. */
  get lastWord(): string {
    return this.lastError;
  }

  async send(topic: string, messages: readonly Outgoing[], compression: CompressionTypes): Promise<void> {
    this.connected ??= this.producer.connect();
    await this.connected;
    await this.producer.send({ topic, messages: [...messages], acks: -1, compression });
  }

  /** Disconnects, at once and again when the request in hand has ended: an attempt of the client would reconnect. */
  abandon(inHand: Promise<unknown>): void {
    this.isAbandoned = true;
    const leave = (): void => void this.producer.disconnect().catch(() => undefined);
    leave();
    inHand.then(leave, leave);
  }

  async close(): Promise<void> {
    this.isAbandoned = true;
    if (this.connected !== undefined) await this.producer.disconnect();
  }
}
