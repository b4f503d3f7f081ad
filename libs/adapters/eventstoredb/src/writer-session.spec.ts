import { facts } from '@ledger/ports/event-store-facts.contract';
import { gate, PATIENCE_MS, reasonOf, until } from '@ledger/ports/trial.contract';
import { IMPATIENT, onServer } from './server-trial.contract';

describe('the connection that appends', () => {
  jest.setTimeout(2 * PATIENCE_MS);

  it('uses no other connection while the last may still open its stream, and closes that stream when it does (trap 5)', async () => {
    await onServer(
      async ({ server, store }) => {
        const held = gate();
        server.faults.next('features', { kind: 'begin-after', promise: held.opened });
        expect(await reasonOf(store.append('session-1', 'none', facts(1)))).toMatchObject({ code: 'outcome-unknown' });
        expect(await reasonOf(store.append('session-2', 'none', facts(1)))).toMatchObject({
          code: 'store-unavailable',
        });
        expect(server.countOf('features')).toBe(1);
        held.open();
        await until('the late append came', () => server.countOf('batched') === 1);
        await until('its stream is closed', () => server.openOf('batch-append') === 0);
        expect(await store.append('session-2', 'none', facts(1))).toBe(0n);
      },
      { ...IMPATIENT, closeTimeoutMs: PATIENCE_MS },
    );
  });

  it('keeps the stream that still answers others when one append is late (trap 2)', async () => {
    await onServer(async ({ server, store }) => {
      server.faults.next('batch-append', { kind: 'drop-response' });
      const over = new AbortController();
      const late = reasonOf(store.append('session-1', 'none', facts(1))).finally(() => {
        over.abort();
      });
      await until('the late one took the fault', () => server.countOf('batched') === 1);
      for (let next: bigint | 'none' = 'none'; !over.signal.aborted;)
        next = await store.append('session-2', next, facts(1));
      expect(await late).toMatchObject({ code: 'outcome-unknown' });
      expect(await store.append('session-3', 'none', facts(1))).toBe(0n);
      expect(server.countOf('batch-append')).toBe(1);
    }, IMPATIENT);
  });

  it('cancels a stream that fell silent at once, so that the next append need not wait for it (trap 2)', async () => {
    await onServer(
      async ({ server, store }) => {
        server.faults.next('batch-append', { kind: 'drop-request' });
        const events = facts(1);
        expect(await reasonOf(store.append('session-1', 'none', events))).toMatchObject({ code: 'outcome-unknown' });
        expect(await store.append('session-1', 'none', events)).toBe(0n);
      },
      { ...IMPATIENT, closeTimeoutMs: PATIENCE_MS },
    );
  });

  it('closes a stream that opens after its connection was waited for in vain (trap 5)', async () => {
    await onServer(async ({ server, store }) => {
      const held = gate();
      server.faults.next('features', { kind: 'begin-after', promise: held.opened });
      expect(await reasonOf(store.append('session-1', 'none', facts(1)))).toMatchObject({ code: 'outcome-unknown' });
      await until('a new client appends', () => isDone(store.append('session-2', 'none', facts(1))));
      held.open();
      await until('the late append came', () => server.countOf('batched') === 2);
      await until('its stream is closed', () => server.openOf('batch-append') === 1);
    }, IMPATIENT);
  });
});

async function isDone(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => true,
    () => false,
  );
}
