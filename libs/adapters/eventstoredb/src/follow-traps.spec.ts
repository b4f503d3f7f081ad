import { status } from '@grpc/grpc-js';
import type { Clock, FollowedBatch } from '@ledger/ports';
import { all, fact } from '@ledger/ports/event-store-facts.contract';
import { gate, PATIENCE_MS, reasonOf, until } from '@ledger/ports/trial.contract';
import type { Instant } from '@ledger/units';
import { SystemClock } from '../../embedded/src';
import {
  startEventStoreDbServer,
  unavailable,
  type EventStoreDbServer,
} from '../../../../test/support/eventstoredb-server';
import { openEventStoreDb } from '.';
import { IMPATIENT, machineRandom, onServer } from './server-trial.contract';

/** So little is fetched ahead that the client's own buffer fills, with checkpoints running ahead of it. */
const NARROW = { fetchedEventsMax: 8 };

const SESSIONS = { prefixes: ['session-'], after: 'none' } as const;

describe('following EventStoreDB', () => {
  jest.setTimeout(2 * PATIENCE_MS);

  it('goes on after the last handled position however the subscription breaks (trap 11)', async () => {
    await onServer(async ({ server, store }) => {
      const seen: bigint[] = [];
      const following = store.follow({ ...SESSIONS, batchMax: 3 }, async ({ events }) => {
        seen.push(...events.map((event) => event.position));
        return Promise.resolve();
      });
      const cancelled = { code: status.CANCELLED, details: 'bye' };
      for (const error of [unavailable(), cancelled, { code: status.INTERNAL }, { code: status.OK }]) {
        fill(server, 10);
        await until('some were followed', () => seen.length > 0);
        server.breakOff('subscribe', error);
        fill(server, 10);
        await until('all were followed', () => seen.length === server.log.size);
      }
      server.stop();
      fill(server, 10);
      await until('the follower knows', () => store.health()[0]?.isConnected === false);
      expect(store.health()[0]).toMatchObject({ prefixes: ['session-'], isConnected: false });
      await server.start();
      await until('all were followed', () => seen.length === server.log.size);
      await until('the follower is well', () => store.health()[0]?.isConnected === true);
      expect(store.health()[0]).toEqual({ prefixes: ['session-'], isConnected: true, failures: 0 });
      await following.stop();
      await until('the server let go', () => server.openOf('subscribe') === 0);
      expect(store.health()).toEqual([]);
      expect(seen).toEqual(positionsIn(server));
    });
  });

  it('repeats what was not handled when the subscription broke under the handler', async () => {
    await onServer(async ({ server, store }) => {
      fill(server, 6);
      const [seen, held] = [[] as bigint[], gate()];
      const following = store.follow({ ...SESSIONS, batchMax: 2 }, async ({ events }) => {
        if (seen.length === 2) await held.opened;
        seen.push(...events.map((event) => event.position));
      });
      await until('the handler holds a batch', () => seen.length === 2);
      server.breakOff('subscribe', unavailable());
      held.open();
      await until('all were followed', () => seen.length >= 6);
      await following.stop();
      expect(seen).toEqual(positionsIn(server));
    });
  });

  it('never tells a position before the events that it covers were handed over (trap 12)', async () => {
    await onServer(async ({ server, store }) => {
      fill(server, 20);
      const [batches, held] = [[] as FollowedBatch[], gate()];
      const following = store.follow({ ...SESSIONS, batchMax: 1 }, async (batch) => {
        batches.push(batch);
        if (batches.length === 1) await held.opened;
      });
      await until('the server sent all', () => batches.length === 1 && server.countOf('followed') === 20);
      // All that was sent, with a checkpoint and the end of what is stored, lies in the client's buffer when this is answered.
      server.sendCheckpoints();
      for (let each = 0; each < 3; each += 1) expect(await store.isReachable()).toBe(true);
      held.open();
      await until('it caught up', () => batches.some((batch) => batch.caughtUp));
      await following.stop();
      const positions = positionsIn(server);
      let handed = 0;
      for (const batch of batches) {
        handed += batch.events.length;
        const next = positions[handed];
        if (next !== undefined) expect(batch.position).toBeLessThan(next);
        if (batch.caughtUp) expect(handed).toBe(20);
      }
      expect(handed).toBe(20);
    }, NARROW);
  });

  it('loses nothing when it is stopped anywhere and taken up at the position it told (trap 12)', async () => {
    await onServer(async ({ server, store }) => {
      fill(server, 100);
      const seen: bigint[] = [];
      let after: bigint | 'none' = 'none';
      for (let round = 1; seen.length < 100; round += 1) {
        let batches = 0;
        const following = store.follow({ ...SESSIONS, after, batchMax: 7 }, async (batch) => {
          if (batches < round) {
            seen.push(...batch.events.map((event) => event.position));
            after = batch.position;
          }
          batches += 1;
          return Promise.resolve();
        });
        server.sendCheckpoints();
        await until('enough batches came', () => batches >= round || seen.length === 100);
        await following.stop();
      }
      expect(seen).toEqual(positionsIn(server));
    }, NARROW);
  });

  it('moves its position on where nothing matches', async () => {
    await onServer(async ({ server, store }) => {
      fill(server, 1);
      fill(server, 5_000, 'other');
      const batches = await all(store.readAll(SESSIONS));
      const last = batches.at(-1)?.position ?? 0n;
      expect(last).toBeGreaterThan(server.log.eventAt(4_000)?.position ?? 0n);
      expect(batches.flatMap((batch) => batch.events)).toHaveLength(1);
    });
  });

  it('does not tell a position at which nothing could be taken up (trap 12)', async () => {
    await onServer(async ({ server, store }) => {
      const told: FollowedBatch[] = [];
      const following = store.follow(SESSIONS, async (batch) => {
        told.push(batch);
        return Promise.resolve();
      });
      fill(server, 1);
      await until('it was followed', () => told.some(({ events }) => events.length === 1));
      fill(server, 10, 'other');
      expect(await store.isReachable()).toBe(true);
      server.sendCheckpoints(1n);
      expect(await store.isReachable()).toBe(true);
      fill(server, 1);
      await until('the next was followed', () => told.filter(({ events }) => events.length === 1).length === 2);
      await following.stop();
      const [first, last] = [positionsIn(server).at(0), positionsIn(server).at(-1)];
      expect(told.filter(({ position }) => position !== first && position !== last && position !== 0n)).toEqual([]);
    });
  });

  it('opens a subscription anew that stays silent before it caught up (trap 10)', async () => {
    await onServer(async ({ server, store }) => {
      fill(server, 3);
      server.faults.next('subscribe', { kind: 'drop-request' });
      const seen: unknown[] = [];
      const following = store.follow(SESSIONS, async ({ events }) => {
        seen.push(...events);
        return Promise.resolve();
      });
      await until('all were followed', () => seen.length === 3);
      expect(server.countOf('subscribe')).toBe(2);
      await following.stop();
    }, IMPATIENT);
  });

  it('waits longer after each failure, up to a limit, and differently by chance', async () => {
    const server = await startEventStoreDbServer();
    const clock = new NotingClock();
    const store = openEventStoreDb({
      url: server.url,
      clock,
      random: machineRandom,
      limits: { retryFirstMs: 4, retryLongestMs: 20 },
    });
    for (let each = 0; each < 6; each += 1) server.faults.next('subscribe', { kind: 'refuse', error: unavailable() });
    const batches: unknown[] = [];
    const following = store.follow(SESSIONS, async (batch) => {
      batches.push(batch);
      return Promise.resolve();
    });
    await until('it caught up', () => batches.length > 0);
    await following.stop();
    const waits = clock.asked.filter((ms) => ms <= 20);
    expect(waits).toHaveLength(6);
    for (const [index, longest] of [4, 8, 16, 20, 20, 20].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(longest / 2);
      expect(waits[index]).toBeLessThan(longest);
    }
    await store.close();
    server.close();
  });

  it('ends when the server denies it for good', async () => {
    await onServer(async ({ server, store }) => {
      for (const code of [status.PERMISSION_DENIED, status.UNAUTHENTICATED, status.INVALID_ARGUMENT]) {
        server.faults.next('subscribe', { kind: 'refuse', error: { code, details: 'no' } });
        const following = store.follow(SESSIONS, () => Promise.resolve());
        expect(await reasonOf(following.ended)).toMatchObject({ code: 'store-unavailable' });
      }
    });
  });

  it('fetches no more than it may while the handler is busy', async () => {
    await onServer(
      async ({ server, store }) => {
        fill(server, 1_500, 'session', 2_000);
        const [held, seen] = [gate(), [] as bigint[]];
        const following = store.follow({ ...SESSIONS, batchMax: 500 }, async ({ events }) => {
          seen.push(...events.map((event) => event.position));
          await held.opened;
        });
        await until('the handler is busy', () => seen.length > 0);
        let before = -1;
        await until('the server sends no more', async () => {
          const [earlier, now] = [before, server.countOf('followed')];
          before = now;
          for (let each = 0; each < 3; each += 1) await store.isReachable();
          return earlier === now;
        });
        expect(server.countOf('followed')).toBeLessThan(750);
        held.open();
        await until('all were followed', () => seen.length === 1_500);
        await following.stop();
        expect(seen).toEqual(positionsIn(server));
      },
      { fetchedEventsMax: 64 },
    );
  });

  it('closes while it waits to connect', async () => {
    await onServer(async ({ server, store }) => {
      server.stop();
      const following = store.follow(SESSIONS, () => Promise.resolve());
      await until('it failed', () => (store.health()[0]?.failures ?? 0) > 0);
      expect(store.health()[0]?.lastError).toContain('$all');
      await store.close();
      await following.ended;
    });
  });
});

/** Stores events behind the back of the store under test. */
function fill(server: EventStoreDbServer, count: number, kind = 'session', bytes = 10): void {
  for (let each = 0; each < count; each += 1) {
    const event = fact('Filled', { filling: 'x'.repeat(bytes) });
    const [data, metadata] = [Buffer.from(event.data), Buffer.from(event.metadata)];
    const proposed = { ...event, contentType: 'application/json', data, metadata };
    server.log.append(`${kind}-${server.log.size % 10}`, 'any', [proposed]);
  }
}

function positionsIn(server: EventStoreDbServer): bigint[] {
  return Array.from({ length: server.log.size }, (_, index) => server.log.eventAt(index)?.position ?? 0n);
}

/** The machine's clock, which notes how long it was asked to wait. */
class NotingClock implements Clock {
  readonly asked: number[] = [];
  private readonly clock = new SystemClock();

  now(): Instant {
    return this.clock.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.asked.push(ms);
    return this.clock.sleep(ms, signal);
  }
}
