import { createRequire } from 'node:module';

/** The part of the client's request queue that matters here. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
}

type Schedule = (this: RequestQueue) => void;

const QUIETED = Symbol('quieted');

/**
 * Keeps the client from arming a timer for a time long past after every answer. As published (2.2.4) each connection wakes up a
 * thousand times a second for nothing, and Node warns of the negative time. Applied once to the process; later calls do nothing.
 * @throws Error when the client is another one than this was written for
 */
export function quietRequestTimer(): void {
  const prototype = requestQueuePrototype();
  if (Reflect.has(prototype, QUIETED)) return;
  const schedule: unknown = Reflect.get(prototype, 'scheduleCheckPendingRequests');
  if (!isSchedule(schedule)) throw new Error('kafkajs: its request queue is not the one of version 2.2.4');
  const original = schedule;
  function scheduleWhenNeeded(this: RequestQueue): void {
    if (this.pending.length > 0 || this.throttledUntil > Date.now()) original.call(this);
  }
  Reflect.set(prototype, 'scheduleCheckPendingRequests', scheduleWhenNeeded);
  Reflect.set(prototype, QUIETED, true);
}

function requestQueuePrototype(): object {
  const loaded: unknown = createRequire(__filename)('kafkajs/src/network/requestQueue');
  const prototype: unknown = typeof loaded === 'function' ? loaded.prototype : undefined;
  if (typeof prototype !== 'object' || prototype === null) throw new Error('kafkajs: it has no request queue class');
  return prototype;
}

function isSchedule(value: unknown): value is Schedule {
  return typeof value === 'function';
}
