import { join } from 'node:path';
import { StoreRolledBack, type EventStore } from '@ledger/ports';
import { canon } from '@ledger/units';
import { eventStoreContract } from '@ledger/ports/event-store.contract';
import { EmbeddedEventStore } from './embedded-event-store';
import { all, facts } from '@ledger/ports/event-store-facts.contract';
import { reasonOf, until } from '@ledger/ports/trial.contract';
import { folderTrial } from './folder-trial.contract';
import { SystemClock } from './system-clock';

eventStoreContract(
  'EmbeddedEventStore',
  folderTrial<EventStore>((folder) => new EmbeddedEventStore(join(folder, 'events.db'), new SystemClock())),
);

describe('EmbeddedEventStore', () => {
  const fresh = folderTrial((folder) => new EmbeddedEventStore(join(folder, 'events.db'), new SystemClock()));

  it('refuses to follow from a position that it does not have: the events were rolled back', async () => {
    const trial = await fresh();
    await trial.port.append('session-1', 'none', facts(3));
    const options = { prefixes: ['session-'], after: 4n };
    expect(await reasonOf(all(trial.port.readAll(options)))).toBeInstanceOf(StoreRolledBack);
    const following = trial.port.follow(options, () => Promise.resolve());
    expect(await reasonOf(following.ended)).toBeInstanceOf(StoreRolledBack);
    await trial.end();
  });

  it('bounds a followed batch by its size, and tells a quiet follower how far it is', async () => {
    const trial = await fresh();
    const big = facts(1).map((event) => ({ ...event, data: canon({ text: 'x'.repeat(500_000) }) }));
    for (let each = 0; each < 12; each += 1) await trial.port.append(`session-${each}`, 'none', big);
    const batches = await all(trial.port.readAll({ prefixes: ['session-'], after: 'none' }));
    expect(batches.map((batch) => batch.events.length)).toEqual([9, 3]);
    const positions: bigint[] = [];
    const following = trial.port.follow({ prefixes: ['tariff-'], after: 'none' }, (batch) => {
      positions.push(batch.position);
      return Promise.resolve();
    });
    await until('it is caught up', () => positions.length === 1);
    for (let each = 0; each < 13; each += 1) await trial.port.append(`other-${each}`, 'none', facts(400));
    await until('it was told', () => positions.length === 2);
    await following.stop();
    expect(positions[0]).toBe(12n);
    expect(positions[1]).toBeGreaterThanOrEqual(5_012n);
    await trial.end();
  });

  it('refuses everything after it was closed, and ends its followers', async () => {
    const trial = await fresh();
    const following = trial.port.follow({ prefixes: ['session-'], after: 'none' }, () => Promise.resolve());
    const last = trial.port.append('session-1', 'none', facts(1));
    await trial.end();
    await following.ended;
    expect(await last).toBe(0n);
    const refused = reasonOf(trial.port.append('session-1', 0n, facts(1)));
    expect(await refused).toMatchObject({ code: 'store-unavailable' });
    expect(await reasonOf(all(trial.port.read('session-1')))).toMatchObject({ code: 'store-unavailable' });
    expect(await trial.port.isReachable()).toBe(false);
  });
});
