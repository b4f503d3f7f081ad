import { status } from '@grpc/grpc-js';
import type { NewEvent } from '@ledger/ports';
import { all, fact, facts, typesIn } from '@ledger/ports/event-store-facts.contract';
import { gate, PATIENCE_MS, reasonOf, unique, until } from '@ledger/ports/trial.contract';
import type { CanonicalText } from '@ledger/units';
import { notLeader, startEventStoreDbServer, unavailable } from '../../../../test/support/eventstoredb-server';
import { EVENTSTOREDB_LIMITS } from '.';
import { IMPATIENT, onServer, storeAt } from './server-trial.contract';

describe('appending to EventStoreDB', () => {
  jest.setTimeout(2 * PATIENCE_MS);

  it('keeps what is not the canonical text of an object away from the client, which would never settle (trap 1)', async () => {
    await onServer(async ({ server, store }) => {
      for (const text of ['{"b":1,"a":2}', '{"a": 1}', '[]', 'null', '{"a":1', '"1"', 'undefined']) {
        const odd: NewEvent = { ...fact('A'), data: text as CanonicalText };
        expect(await reasonOf(store.append('session-1', 'none', [odd]))).toBeInstanceOf(RangeError);
      }
      for (const metadata of ['{"a":1,"a":1}', '{}x']) {
        const odd: NewEvent = { ...fact('A'), metadata: metadata as CanonicalText };
        expect(await reasonOf(store.append('session-1', 'none', [odd]))).toBeInstanceOf(RangeError);
      }
      expect(server.countOf('batched')).toBe(0);
    });
  });

  it('stores the canonical bytes themselves', async () => {
    await onServer(async ({ server, store }) => {
      const event = fact('A', { b: 'ü', a: [1, null], Z: { y: '1.50', x: '' } });
      await store.append('session-1', 'none', [event]);
      const stored = server.log.eventAt(0);
      expect(Buffer.from(stored?.data ?? []).toString('utf8')).toBe(event.data);
      expect(Buffer.from(stored?.metadata ?? []).toString('utf8')).toBe(event.metadata);
    });
  });

  it('answers in bounded time that the outcome is unknown, stored or not (trap 2)', async () => {
    await onServer(async ({ server, store }) => {
      const [lost, late] = [facts(1), facts(2)];
      server.faults.next('batch-append', { kind: 'drop-request' });
      expect(await reasonOf(store.append('session-1', 'none', lost))).toMatchObject({ code: 'outcome-unknown' });
      expect(await typesIn(store, 'session-1')).toEqual([]);
      server.faults.next('batch-append', { kind: 'drop-response' });
      expect(await reasonOf(store.append('session-2', 'none', late))).toMatchObject({ code: 'outcome-unknown' });
      expect(await typesIn(store, 'session-2')).toEqual(['Fact0', 'Fact1']);
      expect(await store.append('session-2', 'none', late)).toBe(1n);
      expect(await store.append('session-1', 'none', lost)).toBe(0n);
    }, IMPATIENT);
  });

  it("appends although the server's clock is an hour ahead (trap 3)", async () => {
    await onServer(async ({ server, store }) => {
      server.faults.clockAheadMs = 3_600_000;
      expect(await store.append('session-1', 'none', facts(1))).toBe(0n);
    });
  });

  it('tells every append in hand that its outcome is unknown when the stream breaks, and goes on (traps 4 and 5)', async () => {
    await onServer(async ({ server, store }) => {
      for (const error of [unavailable(), { code: status.INTERNAL, details: 'broken' }, { code: status.CANCELLED }]) {
        const run = unique('session');
        const held = gate();
        for (let each = 0; each < 3; each += 1)
          server.faults.next('batch-append', { kind: 'answer-after', promise: held.opened });
        server.faults.next('batch-append', { kind: 'break', error });
        const streams = ['a', 'b', 'c', 'd'].map((letter) => `${run}-${letter}`);
        const reasons = await Promise.all(streams.map((stream) => reasonOf(store.append(stream, 'none', facts(1)))));
        for (const reason of reasons) expect(reason).toMatchObject({ code: 'outcome-unknown' });
        const next = Promise.all(streams.map((stream) => store.append(stream, 0n, facts(1))));
        held.open();
        expect(await next).toEqual([1n, 1n, 1n, 1n]);
        expect(server.openOf('batch-append')).toBe(1);
      }
    });
  });

  it('keeps a failed read away from the appends that wait for their answer (trap 5)', async () => {
    await onServer(async ({ server, store }) => {
      const held = gate();
      server.faults.next('batch-append', { kind: 'answer-after', promise: held.opened });
      const pending = store.append('session-1', 'none', facts(1));
      await until('the append is in hand', () => server.countOf('batched') === 1);
      for (let each = 0; each < 2; each += 1) server.faults.next('read', { kind: 'refuse', error: unavailable() });
      expect(await reasonOf(all(store.read('session-1')))).toMatchObject({ code: 'store-unavailable' });
      expect(await store.append('session-2', 'none', facts(1))).toBe(0n);
      held.open();
      expect(await pending).toBe(0n);
      expect(server.countOf('batch-append')).toBe(1);
    });
  });

  it('shares one connection for appends between all stores of the process, and refuses a second server (trap 4)', async () => {
    await onServer(async ({ server, store }) => {
      const second = storeAt(server.url);
      await Promise.all([store.append('session-1', 'none', facts(1)), second.append('session-2', 'none', facts(1))]);
      expect(server.countOf('batch-append')).toBe(1);
      expect(() => storeAt('esdb://127.0.0.1:1?tls=false')).toThrow('another EventStoreDB');
      await second.close();
      expect(await store.append('session-1', 0n, facts(1))).toBe(1n);
      expect(await reasonOf(second.append('session-2', 0n, facts(1)))).toMatchObject({ code: 'store-unavailable' });
    });
  });

  it('makes a new client when the first call was refused, which the client would remember for ever (traps 6 and 7)', async () => {
    for (const code of [status.INTERNAL, status.UNAUTHENTICATED, status.RESOURCE_EXHAUSTED, status.UNAVAILABLE]) {
      await onServer(async ({ server, store }) => {
        server.faults.next('features', { kind: 'refuse', error: { code, details: 'not yet' } });
        const reason = await reasonOf(store.append('session-1', 'none', facts(1)));
        expect(reason).toMatchObject({ code: 'store-unavailable', cause: { code } });
        expect(await store.append('session-1', 'none', facts(1))).toBe(0n);
      });
    }
  });

  it('makes a new client when the first call is never answered', async () => {
    await onServer(async ({ server, store }) => {
      const events = facts(1);
      server.faults.next('features', { kind: 'drop-request' });
      expect(await reasonOf(store.append('session-1', 'none', events))).toMatchObject({ code: 'outcome-unknown' });
      await until('a new client appends', () => isDone(store.append('session-1', 'none', events)));
    }, IMPATIENT);
  });

  it('says that nothing was sent while no server listens, and appends when it is back (trap 7)', async () => {
    await onServer(async ({ server, store }) => {
      server.stop();
      expect(await reasonOf(store.append('session-1', 'none', facts(1)))).toMatchObject({
        code: 'store-unavailable',
      });
      await server.start();
      const events = facts(1);
      await until('it appends again', () => isDone(store.append('session-1', 'none', events)));
      expect(await all(store.read('session-1'))).toHaveLength(1);
    });
  });

  it('never has more appends on the wire than the client can write without a queue', async () => {
    await onServer(async ({ server, store }) => {
      const held = gate();
      for (let each = 0; each < 40; each += 1) {
        server.faults.next('batch-append', { kind: 'begin-after', promise: held.opened });
      }
      const appends = Promise.allSettled(
        Array.from({ length: 40 }, (_, each) => store.append(`session-${each}`, 'none', facts(1))),
      );
      await until('the wire is full', () => server.countOf('batched') >= EVENTSTOREDB_LIMITS.appendsInFlightMax);
      expect(await store.isReachable()).toBe(true);
      expect(server.countOf('batched')).toBe(EVENTSTOREDB_LIMITS.appendsInFlightMax);
      server.breakOff('batch-append', unavailable());
      held.open();
      const outcomes = await appends;
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(lost).toHaveLength(EVENTSTOREDB_LIMITS.appendsInFlightMax);
      for (const outcome of lost) expect(outcome.reason).toMatchObject({ code: 'outcome-unknown' });
    });
  });

  it('gives each append its own answer when they come in another order', async () => {
    await onServer(async ({ server, store }) => {
      const held = gate();
      server.faults.next('batch-append', { kind: 'answer-after', promise: held.opened });
      const first = store.append('session-1', 'none', facts(3));
      await until('the first is in hand', () => server.countOf('batched') === 1);
      expect(await store.append('session-2', 'none', facts(1))).toBe(0n);
      held.open();
      expect(await first).toBe(2n);
    });
  });

  it('moves to the leader that a follower names', async () => {
    const leader = await startEventStoreDbServer();
    await onServer(async ({ server, store }) => {
      server.faults.next('batch-append', { kind: 'refuse', error: notLeader('127.0.0.1', leader.port) });
      const events = facts(1);
      expect(await reasonOf(store.append('session-1', 'none', events))).toMatchObject({ code: 'outcome-unknown' });
      expect(await store.append('session-1', 'none', events)).toBe(0n);
      expect([server.log.size, leader.log.size]).toEqual([0, 1]);
    });
    leader.close();
  });

  it('finds the leader of a cluster by gossip', async () => {
    const leader = await startEventStoreDbServer();
    const follower = await startEventStoreDbServer();
    const member = { host: '127.0.0.1', isLeader: false };
    follower.members = [
      { ...member, port: follower.port },
      { ...member, port: leader.port, isLeader: true },
    ];
    const store = storeAt(`esdb://127.0.0.1:${follower.port},127.0.0.1:${follower.port}?tls=false`);
    expect(await store.append('session-1', 'none', facts(1))).toBe(0n);
    expect([follower.log.size, leader.log.size]).toEqual([0, 1]);
    await store.close();
    leader.close();
    follower.close();
  });

  it('appends one by one where the server has no batches', async () => {
    await onServer(async ({ server, store }) => {
      server.faults.next('features', { kind: 'refuse', error: { code: status.UNIMPLEMENTED, details: 'old' } });
      expect(await store.append('session-1', 'none', facts(3))).toBe(2n);
      const reason = await reasonOf(store.append('session-1', 0n, facts(1)));
      expect(reason).toMatchObject({ code: 'revision-conflict', expected: 0n, actual: 2n });
      expect(server.countOf('batch-append')).toBe(0);
    });
  });

  it('closes in bounded time although an append is never answered', async () => {
    await onServer(
      async ({ server, store }) => {
        server.faults.next('batch-append', { kind: 'drop-request' });
        const reason = reasonOf(store.append('session-1', 'none', facts(1)));
        await until('the append is in hand', () => server.countOf('batched') === 1);
        await store.close();
        expect(await reason).toMatchObject({ code: 'outcome-unknown' });
      },
      { closeTimeoutMs: 100 },
    );
  });

  it('lets appends in hand finish when it closes', async () => {
    await onServer(
      async ({ server, store }) => {
        const held = gate();
        server.faults.next('batch-append', { kind: 'answer-after', promise: held.opened });
        const pending = store.append('session-1', 'none', facts(1));
        await until('the append is in hand', () => server.countOf('batched') === 1);
        const closed = store.close();
        held.open();
        expect(await pending).toBe(0n);
        await closed;
      },
      { closeTimeoutMs: 10_000 },
    );
  });

  it('refuses revisions that would end the stream of all appends', async () => {
    await onServer(async ({ store }) => {
      const [held, odd] = [store.append('session-1', 'none', facts(1)), [-1n, 2n ** 63n]];
      for (const revision of odd) {
        expect(await reasonOf(store.append('session-2', revision, facts(1)))).toBeInstanceOf(RangeError);
      }
      expect(await reasonOf(store.append('$settings', 'none', facts(1)))).toBeInstanceOf(RangeError);
      expect(await held).toBe(0n);
    });
  });
});

async function isDone(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
