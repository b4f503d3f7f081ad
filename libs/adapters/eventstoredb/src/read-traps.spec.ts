import { getEventListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { EventStoreDBClient } from '@eventstore/db-client';
import { StorageFault } from '@ledger/ports';
import { all, fact, facts, typesIn } from '@ledger/ports/event-store-facts.contract';
import { PATIENCE_MS, reasonOf, until } from '@ledger/ports/trial.contract';
import { SystemClock } from '../../embedded/src';
import { collectGarbage } from '../../../../test/support/garbage';
import { unavailable, type StoredEvent } from '../../../../test/support/eventstoredb-server';
import { readStream } from './reading';
import { IMPATIENT, onServer } from './server-trial.contract';
import { EVENTSTOREDB_LIMITS } from './settings';

describe('reading from EventStoreDB', () => {
  jest.setTimeout(2 * PATIENCE_MS);

  it('leaves no read open on the server when the reader leaves early (trap 9)', async () => {
    await onServer(async ({ server, store }) => {
      const long = 'x'.repeat(4_000);
      for (let each = 0; each < 300; each += 20) {
        const events = Array.from({ length: 20 }, () => fact('Long', { long }));
        await store.append('session-1', each === 0 ? 'none' : BigInt(each - 1), events);
      }
      for await (const event of store.read('session-1')) if (event.revision === 3n) break;
      await until('the server has no open read', () => server.openOf('read') === 0);
      expect(server.countOf('read')).toBe(1);
    });
  });

  it('asks for a page at a time, so that a reader who leaves early has fetched no more (trap 9)', async () => {
    await onServer(
      async ({ server, store }) => {
        await store.append('session-1', 'none', facts(25));
        expect(await typesIn(store, 'session-1')).toHaveLength(25);
        expect(server.countOf('read')).toBe(3);
      },
      { readPageEvents: 10 },
    );
  });

  it('gives up a read that the server does not answer, or not to its end, and cancels it (trap 10)', async () => {
    await onServer(async ({ server, store }) => {
      await store.append('session-1', 'none', facts(5));
      server.faults.next('read', { kind: 'drop-request' });
      expect(await reasonOf(all(store.read('session-1')))).toMatchObject({ code: 'store-unavailable' });
      server.faults.next('read', { kind: 'stall-after', events: 3 });
      expect(await reasonOf(all(store.read('session-1')))).toMatchObject({ code: 'store-unavailable' });
      await until('the server has no open read', () => server.openOf('read') === 0);
      expect(await typesIn(store, 'session-1')).toHaveLength(5);
    }, IMPATIENT);
  });

  it('forgets every read that ended, also those that a garbage collection met on the way', async () => {
    await onServer(async ({ server, store }) => {
      await store.append('session-1', 'none', facts(5));
      const client = EventStoreDBClient.connectionString(server.url);
      const closing = new AbortController();
      const reading = { client, clock: new SystemClock(), limits: EVENTSTOREDB_LIMITS, closing: closing.signal };
      const reads = Array.from({ length: 20 }, () => all(readStream(reading, 'session-1', 0n, 5)));
      expect(getEventListeners(closing.signal, 'abort')).toHaveLength(20);
      await setImmediate();
      collectGarbage();
      await Promise.all(reads);
      expect(getEventListeners(closing.signal, 'abort')).toHaveLength(0);
      await client.dispose();
    });
  });

  it('says that the store is unavailable when the server breaks a read off', async () => {
    await onServer(async ({ server, store }) => {
      await store.append('session-1', 'none', facts(5));
      for (const error of [unavailable(), { code: status.INTERNAL }, { code: status.CANCELLED, details: 'stopping' }]) {
        server.faults.next('read', { kind: 'refuse', error });
        expect(await reasonOf(all(store.read('session-1')))).toMatchObject({ code: 'store-unavailable' });
      }
      expect(await typesIn(store, 'session-1')).toHaveLength(5);
    });
  });

  it('takes for damage whatever did not arrive as the ledger wrote it', async () => {
    const damages: Partial<StoredEvent>[] = [
      { data: Buffer.from('{"a":') },
      { data: Buffer.from('[1]') },
      { data: Buffer.from('null') },
      { data: Buffer.from('{"a":1.5}') },
      { data: Buffer.from('{"0":"a"}') },
      { contentType: 'application/octet-stream' },
      { metadata: new Uint8Array() },
      { metadata: Buffer.from('"text"') },
      { metadata: Buffer.from([0xff, 0xfe]) },
      { created: 0n },
    ];
    for (const damage of damages) {
      await onServer(async ({ server, store }) => {
        await store.append('session-1', 'none', facts(3));
        server.log.tamper(1, damage);
        expect(await reasonOf(all(store.read('session-1')))).toBeInstanceOf(StorageFault);
        const following = all(store.readAll({ prefixes: ['session-'], after: 'none' }));
        expect(await reasonOf(following)).toBeInstanceOf(StorageFault);
      });
    }
  });

  it('notices events that were cut off, and streams that were deleted', async () => {
    await onServer(async ({ server, store }) => {
      const admin = EventStoreDBClient.connectionString(server.url);
      for (const stream of ['session-1', 'session-2', 'session-3']) await store.append(stream, 'none', facts(3));
      await admin.setStreamMetadata('session-1', { truncateBefore: 1 });
      expect(await reasonOf(all(store.read('session-1')))).toMatchObject({ code: 'storage-fault' });
      await admin.deleteStream('session-2');
      expect(await reasonOf(store.append('session-2', 'none', facts(1)))).toMatchObject({ code: 'storage-fault' });
      expect(await reasonOf(all(store.read('session-2')))).toMatchObject({ code: 'storage-fault' });
      await admin.tombstoneStream('session-3');
      expect(await reasonOf(store.append('session-3', 2n, facts(1)))).toMatchObject({ code: 'storage-fault' });
      await admin.dispose();
    });
  });

  it('ends reads in hand at once when it closes', async () => {
    await onServer(async ({ server, store }) => {
      server.faults.next('read', { kind: 'drop-request' });
      server.faults.next('subscribe', { kind: 'drop-request' });
      const one = reasonOf(all(store.read('session-1')));
      const many = reasonOf(all(store.readAll({ prefixes: ['session-'], after: 'none' })));
      await until('both are in hand', () => server.openOf('read') + server.openOf('subscribe') === 2);
      await store.close();
      expect(await one).toMatchObject({ code: 'store-unavailable' });
      expect(await many).toMatchObject({ code: 'store-unavailable' });
      expect(await store.isReachable()).toBe(false);
    });
  });

  it('ends on the server what a reader left without a word when it closes', async () => {
    await onServer(async ({ server, store }) => {
      await store.append('session-1', 'none', facts(3));
      await store.readAll({ prefixes: ['session-'], after: 'none', batchMax: 1 }).next();
      expect(server.openOf('subscribe')).toBe(1);
      await store.close();
      await until('the server let go', () => server.openOf('subscribe') === 0);
    });
  });

  it('tells that a server is not reachable that is down, or does not answer', async () => {
    await onServer(async ({ server, store }) => {
      expect(await store.isReachable()).toBe(true);
      server.faults.next('read', { kind: 'drop-request' });
      expect(await store.isReachable()).toBe(false);
      server.stop();
      expect(await store.isReachable()).toBe(false);
      await server.start();
      await until('it is reachable again', () => store.isReachable());
    }, IMPATIENT);
  });
});
