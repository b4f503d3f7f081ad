import { status, type ServerWritableStream, type StatusObject } from '@grpc/grpc-js';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb';

/** Sends answers no faster than the client takes them. */
export class Sender {
  private closed = false;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly call: ServerWritableStream<ReadReq, ReadResp>) {
    call.on('cancelled', () => this.close());
    call.on('error', () => this.close());
    call.on('close', () => this.close());
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Resolves when there is room for more, or when nobody listens any more. */
  async send(message: ReadResp): Promise<void> {
    if (this.closed || this.call.write(message)) return;
    await new Promise<void>((resolve) => {
      this.call.once('drain', resolve);
      this.onClosed(resolve);
    });
  }

  end(): void {
    if (!this.closed) this.call.end();
    this.close();
  }

  fail(error: Partial<StatusObject>): void {
    if (!this.closed) this.call.emit('error', { code: status.UNKNOWN, ...error });
    this.close();
  }

  /** Calls back once, when the call is over for whatever reason. */
  onClosed(listener: () => void): void {
    if (this.closed) listener();
    else this.listeners.add(listener);
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    for (const listener of this.listeners) listener();
    this.listeners.clear();
  }
}
