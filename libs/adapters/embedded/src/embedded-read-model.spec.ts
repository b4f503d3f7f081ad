import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { PageQuery, ReadModel } from '@ledger/ports';
import { readModelContract } from '@ledger/ports/read-model.contract';
import { EmbeddedReadModel } from './embedded-read-model';
import { folderTrial, freshFolder } from './folder-trial.contract';

readModelContract(
  'EmbeddedReadModel',
  folderTrial<ReadModel>((folder) => new EmbeddedReadModel(join(folder, 'read-model.db'))),
);

/** The table of charges as it was made before charges were paged by their last change. */
const EARLIER = `
  CREATE TABLE live ("table" TEXT PRIMARY KEY, generation INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO live VALUES ('charges', 3);
  CREATE TABLE "charges_3" (
    tenant TEXT NOT NULL, id TEXT NOT NULL, sort TEXT NOT NULL, "charge" TEXT, "station" TEXT, "state" TEXT, "currency" TEXT,
    "location" TEXT, "tariff" TEXT, amount TEXT, quantity TEXT, amount_units INTEGER, quantity_units INTEGER,
    body TEXT NOT NULL, PRIMARY KEY (tenant, id)) STRICT;
  INSERT INTO "charges_3" (tenant, id, sort, state, body) VALUES ('t', 'old', '2026', 'final', '{}');`;

describe('EmbeddedReadModel', () => {
  const folder = mkdtempSync(join(tmpdir(), 'read-model-'));
  const path = join(folder, 'read-model.db');
  const plans = (query: string): string => {
    const database = new DatabaseSync(path, { readOnly: true });
    const rows = database.prepare(`EXPLAIN QUERY PLAN ${query}`).all();
    database.close();
    return rows.map(({ detail }) => String(detail)).join('; ');
  };
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives tables of an earlier version the columns and indexes that came since, and keeps their rows', async () => {
    const database = new DatabaseSync(path);
    database.exec(EARLIER);
    database.close();
    const model = new EmbeddedReadModel(path);
    expect(await model.get('charges', 't', 'old')).toMatchObject({ sort: '2026', columns: { state: 'final' } });
    const columns = { state: 'final', changed_at: '2026-06-01T00:00:00.000Z' };
    const put = {
      kind: 'put',
      table: 'charges',
      row: { tenant: 't', id: 'new', sort: '2026', columns, body: '{}' },
    } as const;
    await model.apply({ projection: 'p', expected: 'none', position: 1n, changes: [put] });
    const query: PageQuery = { table: 'charges', tenant: 't', by: 'changed_at', order: 'oldest-first', limit: 5 };
    expect((await model.page(query)).rows.map(({ id }) => id)).toEqual(['new']);
    await model.close();
  });

  it('finds what changed, and the sessions of a meter, in the order of an index', () => {
    const charges = `SELECT id FROM charges_3 WHERE tenant = 't' AND state = 'final' AND changed_at >= '2026' AND changed_at IS NOT NULL
      ORDER BY changed_at, id LIMIT 5`;
    expect(plans(charges)).toMatch(/USING (COVERING )?INDEX charges_3_by_state_changed_at \(.*changed_at>\?\)$/);
    for (const by of ['changed_at', 'meter_at']) {
      const sessions = `SELECT id FROM sessions_1 WHERE tenant = 't' AND ${by} >= '2026' AND ${by} IS NOT NULL ORDER BY ${by}, id`;
      expect(plans(sessions)).toMatch(new RegExp(`INDEX sessions_1_by_${by} \\(.*${by}>\\?\\)$`));
    }
  });

  it('opens a file of an earlier version, which knew no marks', async () => {
    const { folder: own, remove } = freshFolder();
    const path = join(own, 'read-model.db');
    const old = new DatabaseSync(path);
    old.exec(`CREATE TABLE checkpoints (projection TEXT PRIMARY KEY, position TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE checkpoints_next (projection TEXT PRIMARY KEY, position TEXT NOT NULL) STRICT, WITHOUT ROWID;
      INSERT INTO checkpoints VALUES ('old', '7')`);
    old.close();
    const model = new EmbeddedReadModel(path);
    expect([await model.checkpoint('old'), await model.mark('old')]).toEqual([7n, undefined]);
    const mark = { position: 8n, id: 'a' };
    await model.apply({ projection: 'old', expected: 7n, position: 8n, mark, changes: [] });
    expect(await model.mark('old')).toEqual(mark);
    await model.close();
    remove();
  });
});
