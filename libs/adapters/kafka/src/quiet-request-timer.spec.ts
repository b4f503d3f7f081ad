import { createRequire } from 'node:module';
import { quietRequestTimer } from './quiet-request-timer';

interface Queue {
  throttledUntil: number;
  throttleCheckTimeoutId: object | null;
  pending: unknown[];
  scheduleCheckPendingRequests(): void;
  destroy(): void;
}
type QueueClass = new (options: object) => Queue;

/** As the client makes it; its own package has no types for it. */
function newQueue(): Queue {
  const QueueOfClient = createRequire(__filename)('kafkajs/src/network/requestQueue') as QueueClass;
  return new QueueOfClient({ maxInFlightRequests: 1, requestTimeout: 1_000, clientId: 'c', broker: 'b', logger: {} });
}

describe('quietRequestTimer', () => {
  beforeAll(quietRequestTimer);

  it('arms no timer when nothing waits and nothing is throttled', () => {
    const queue = newQueue();
    queue.scheduleCheckPendingRequests();
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });

  it('arms one when something waits, or the broker asked for a pause', () => {
    const waiting = newQueue();
    waiting.pending.push({});
    waiting.scheduleCheckPendingRequests();
    const throttled = newQueue();
    throttled.throttledUntil = Date.now() + 60_000;
    throttled.scheduleCheckPendingRequests();
    for (const queue of [waiting, throttled]) {
      expect(queue.throttleCheckTimeoutId).not.toBeNull();
      queue.destroy();
    }
  });

  it('changes nothing a second time', () => {
    quietRequestTimer();
    const queue = newQueue();
    queue.scheduleCheckPendingRequests();
    expect(queue.throttleCheckTimeoutId).toBeNull();
  });
});
