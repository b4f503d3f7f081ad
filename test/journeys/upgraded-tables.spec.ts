import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { BILLING } from '@ledger/usecases';

import { sessionEvents } from '../support/events';
import { ServedLedger } from '../support/served-ledger';

jest.setTimeout(120_000);

describe('a ledger whose tables an earlier version filled', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-upgraded-'));
  const path = join(folder, 'read-model.db');
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const database = <Answer>(work: (open: DatabaseSync) => Answer): Answer => {
    const open = new DatabaseSync(path);
    const answer = work(open);
    open.close();
    return answer;
  };
  const generationOf = (): number =>
    database((open) =>
      Number(open.prepare(`SELECT generation FROM live WHERE "table" = 'sessions'`).get()?.['generation']),
    );

  it('rebuilds them when it starts, once, and shows the same sessions then', async () => {
    const first = await ServedLedger.start({ LEDGER_DATA: folder });
    const registers = [
      ['2026-06-01T08:00:00Z', '1000'],
      ['2026-06-01T09:00:00Z', '2000'],
    ] as const;
    const lines = sessionEvents({ registers }).map((event) => `${JSON.stringify(event)}\n`);
    await first.post('/v1/meter-events', lines.join(''), 'application/x-ndjson');
    await first.settle();
    const shown = (await first.get('/v1/sessions')).body;
    await first.end();

    expect(generationOf()).toBe(1);
    database((open) => {
      open.exec('UPDATE sessions_1 SET changed_at = NULL, meter_at = NULL');
      const renamed = open
        .prepare('UPDATE checkpoints SET projection = ? WHERE projection = ?')
        .run('billing-0', BILLING);
      expect(renamed.changes).toBe(1);
    });

    for (let start = 0; start < 2; start += 1) {
      const again = await ServedLedger.start({ LEDGER_DATA: folder });
      await again.settle();
      expect((await again.get('/v1/sessions')).body).toEqual(shown);
      await again.end();
      expect(generationOf()).toBe(2);
    }
    const row = database((open) => open.prepare('SELECT changed_at, meter_at FROM sessions_2').get());
    expect(row).toEqual({
      changed_at: expect.stringMatching(/Z$/) as string,
      meter_at: '["ST-1","1","1"]2026-06-01T08:00:00.000Z',
    });
  });
});
