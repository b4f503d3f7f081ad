import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { TARIFF } from '../support/book';
import { ledgerctl, refusal } from '../support/command';
import { sessionEvents } from '../support/events';
import { Pipeline } from '../support/pipeline';
import { publishTariffs } from '../support/whole-ledger';

jest.setTimeout(300_000);

const work = mkdtempSync(join(tmpdir(), 'ledgerctl-rebuild-'));
afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

describe('ledgerctl rebuild', () => {
  /** Enough sessions for a rebuild to be interrupted while it runs. */
  const SESSIONS = 1_500;
  const folder = join(work, 'ledger');
  const TABLES = 'read-model.db';
  let before: string;

  beforeAll(async () => {
    const pipeline = Pipeline.open();
    pipeline.clock.pass(400 * 86_400_000);
    await publishTariffs(pipeline, [{ tariff: TARIFF }]);
    const events = Array.from({ length: SESSIONS }, (_, at) =>
      sessionEvents({
        station: `ST-${at % 50}`,
        transaction: `tx-${at}`,
        registers: [
          [new Date(Date.UTC(2026, 5, 1, at % 20, at % 60)).toISOString(), `${at * 1_000}`],
          [new Date(Date.UTC(2026, 5, 1, 1 + (at % 20), at % 60)).toISOString(), `${at * 1_000 + 900}`],
        ],
      }),
    ).flat();
    for (let at = 0; at < events.length; at += 1_000) await pipeline.send(events.slice(at, at + 1_000));
    await pipeline.settle();
    before = await pipeline.liveDigest();
    const made = pipeline.folder;
    await pipeline.restart(mkdtempSync(join(work, 'none-')));
    renameSync(made, folder);
    renameSync(join(folder, 'tables.db'), join(folder, TABLES));
    await pipeline.end();
  });

  const tables = (): readonly string[] => {
    const database = new DatabaseSync(join(folder, TABLES), { readOnly: true });
    const rows = database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'sessions_%'")
      .all();
    database.close();
    return rows.map(({ name }) => String(name));
  };

  async function digest(): Promise<string> {
    const { out } = await ledgerctl(['replay', '--compare', '--data-dir', folder, '--json']);
    return (JSON.parse(out) as { live: { digest: string } }).live.digest;
  }

  it('ends with 2 without a ledger to rebuild, and makes none', async () => {
    const none = join(work, 'none');
    expect(await refusal(['rebuild', '--data-dir', none])).toContain(`${none} holds no ledger`);
    expect(existsSync(none)).toBe(false);
    expect(await refusal(['rebuild', 'now'])).toContain('too many arguments');
  });

  it('leaves the tables as they are when it is interrupted while it runs', async () => {
    const { signal, out } = await ledgerctl(['rebuild', '--data-dir', folder], {
      watch: (process) => {
        const looking = setInterval(() => {
          if (tables().length < 2) return;
          clearInterval(looking);
          process.kill('SIGINT');
        }, 5).unref();
      },
    });
    expect({ signal, out }).toEqual({ signal: 'SIGINT', out: '' });
    expect(tables()).toHaveLength(2);
    expect(await digest()).toBe(before);
  });

  it('fills the tables anew from all events, says how many, and the digest stays', async () => {
    const { code, out } = await ledgerctl(['rebuild', '--data-dir', folder, '--json']);
    expect(code).toBe(0);
    const { events, position } = JSON.parse(out) as { events: number; position: string };
    expect(events).toBeGreaterThan(SESSIONS * 3);
    expect(position).toMatch(/^\d+$/);
    expect(tables()).toHaveLength(1);
    expect(await digest()).toBe(before);
    const page = await ledgerctl(['rebuild', '--data-dir', folder]);
    expect(page.out).toBe(`rebuilt the tables from ${events} events, up to position ${position}\n`);
  });
});
