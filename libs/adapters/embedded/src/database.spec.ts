import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StorageFault } from '@ledger/ports';
import { all, facts } from '@ledger/ports/event-store-facts.contract';
import { reasonOf } from '@ledger/ports/trial.contract';
import { Database } from './database';
import { EmbeddedEventStore } from './embedded-event-store';
import { freshFolder } from './folder-trial.contract';
import { GroupCommit } from './group-commit';
import { SystemClock } from './system-clock';

const SCHEMA = 'CREATE TABLE IF NOT EXISTS texts (text TEXT NOT NULL)';

function opened(): { database: Database; group: GroupCommit; end: () => void } {
  const { folder, remove } = freshFolder();
  const whenClosed = (): Error => new Error('closed');
  const database = new Database({ path: join(folder, 'texts.db'), schema: SCHEMA, cacheKib: 1024, whenClosed });
  const whenFull = (): Error => new Error('full');
  const group = new GroupCommit(database, { waitingBytesMax: 1_000, groupBytesMax: 100, whenFull });
  const end = (): void => {
    database.close();
    remove();
  };
  return { database, group, end };
}

describe('Database', () => {
  it('refuses everything after a disk that was full', async () => {
    const { database, group, end } = opened();
    const add = database.prepare('INSERT INTO texts VALUES (?)');
    database.exec('PRAGMA max_page_count = 20');
    const write = (): Promise<number> => group.run<number>(60, () => Number(add.run('x'.repeat(100_000)).changes));
    const outcomes = await Promise.allSettled([write(), write(), write()]);
    const reasons = outcomes.flatMap((outcome): unknown[] => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(outcomes[0].status).toBe('fulfilled');
    expect(reasons).toHaveLength(2);
    expect(reasons[0]).toBeInstanceOf(StorageFault);
    expect(reasons[0]).toMatchObject({ code: 'storage-fault', cause: { errcode: 13 } });
    expect(await reasonOf(write())).toBe(reasons[0]);
    expect(() => database.transaction(() => 1)).toThrow(StorageFault);
    expect(database.isReachable()).toBe(false);
    end();
  });

  it('undoes a transaction whose work throws, and lives on', () => {
    const { database, end } = opened();
    const add = database.prepare('INSERT INTO texts VALUES (?)');
    const work = (): never => {
      add.run('half');
      throw new RangeError('no');
    };
    expect(() => database.transaction(work)).toThrow(RangeError);
    expect(database.prepare('SELECT count(*) AS count FROM texts').get()).toEqual({ count: 0 });
    expect(database.isReachable()).toBe(true);
    end();
  });

  it('ends with a fault when a stored page is damaged', async () => {
    const { folder, remove } = freshFolder();
    const path = join(folder, 'events.db');
    const store = new EmbeddedEventStore(path, new SystemClock());
    for (let each = 0; each < 20; each += 1) await store.append(`session-${each}`, 'none', facts(50));
    await store.close();
    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(statSync(path).size - 8_192, 0x5a), 0, null, 8_192);
    closeSync(file);
    const reason = await reasonOf(
      (async () => {
        const damaged = new EmbeddedEventStore(path, new SystemClock());
        await all(damaged.readAll({ prefixes: ['session-'], after: 'none' }));
      })(),
    );
    expect(reason).toMatchObject({ code: 'storage-fault' });
    remove();
  });
});

describe('GroupCommit', () => {
  it('refuses one piece of work alone, keeps the order, and settles after the commit', async () => {
    const { database, group, end } = opened();
    const add = database.prepare('INSERT INTO texts VALUES (?)');
    const write = (text: string): Promise<string> =>
      group.run<string>(1, () => {
        if (text === 'bad') return new RangeError('refused');
        add.run(text);
        return text;
      });
    const outcomes = await Promise.allSettled(['a', 'bad', 'b', 'c'].map(write));
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(
      database
        .prepare('SELECT text FROM texts ORDER BY rowid')
        .all()
        .map((row) => row['text']),
    ).toEqual(['a', 'b', 'c']);
    end();
  });

  it('refuses more than may wait, and takes one large piece when nothing waits', async () => {
    const { group, end } = opened();
    const large = group.run<number>(5_000, () => 1);
    expect(await reasonOf(group.run<number>(1, () => 2))).toMatchObject({ message: 'full' });
    expect(await group.run<number>(0, () => 3)).toBe(3);
    expect(await large).toBe(1);
    expect(await group.run<number>(1, () => 4)).toBe(4);
    end();
  });
});
