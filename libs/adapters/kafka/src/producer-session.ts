import { logLevel, type CompressionTypes, type Producer } from 'kafkajs';
import { kafkaClient, producerConfig } from './kafka-client';
import type { KafkaSettings } from './kafka-settings';
import type { Outgoing } from './send-batcher';
import { steadyPartitioner } from './steady-partitioner';

/**
 * One idempotent producer from its first connection until it is abandoned. It numbers its messages, so that the broker drops what
 * a retry sends twice. Never used again after a failure, when its numbers and the broker's may differ.
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
    this.producer = kafka.producer(producerConfig(steadyPartitioner(() => this.isAbandoned)));
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

  /**
   * Disconnects, at once and again when the request in hand has ended, because an attempt of the client would reconnect. Returns
   * when nothing is left. That a connection which is given up cannot be closed in good order adds nothing.
   */
  async abandon(inHand: Promise<unknown>): Promise<void> {
    this.isAbandoned = true;
    const leave = (): Promise<void> => this.producer.disconnect().catch(() => undefined);
    await leave();
    await inHand.catch(() => undefined);
    await leave();
  }

  async close(): Promise<void> {
    this.isAbandoned = true;
    if (this.connected !== undefined) await this.producer.disconnect();
  }
}
