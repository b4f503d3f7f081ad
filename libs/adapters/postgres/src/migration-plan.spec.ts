import { READ_COLUMNS, type ReadTable } from '@ledger/ports';
import { MigrationDrift, migrationLabel, pendingMigrations } from './migration-plan';
import { checksumOf, type Migration, MIGRATIONS } from './migrations';
import { storedColumns } from './stored-row';

const first: Migration = { number: 1, name: 'one', sql: 'SELECT 1' };
const second: Migration = { number: 2, name: 'two', sql: 'SELECT 2' };
const asApplied = (migration: Migration) => ({ ...migration, checksum: checksumOf(migration) });

describe('the plan of migrations', () => {
  it('is what was not applied yet', () => {
    expect(pendingMigrations([first, second], [])).toEqual([first, second]);
    expect(pendingMigrations([first, second], [asApplied(first)])).toEqual([second]);
    expect(pendingMigrations([first, second], [first, second].map(asApplied))).toEqual([]);
  });

  it('refuses a step that was edited after it was applied, by name', () => {
    const edited = { ...first, sql: 'SELECT 3' };
    const attempt = (): unknown => pendingMigrations([edited, second], [asApplied(first)]);
    expect(attempt).toThrow(MigrationDrift);
    expect(attempt).toThrow('migration 0001-one: was applied with other contents');
  });

  it('refuses another step in the same place', () => {
    const attempt = (): unknown =>
      pendingMigrations([first, second], [first, { ...second, name: 'zwei' }].map(asApplied));
    expect(attempt).toThrow('migration 0002-two: 0002-zwei was applied in its place');
  });

  it('refuses the schema of a newer program', () => {
    const attempt = (): unknown => pendingMigrations([first], [first, second].map(asApplied));
    expect(attempt).toThrow('migration 0002-two: was applied by a newer version');
  });
});

describe('the migrations', () => {
  it('are numbered from one on without a gap', () => {
    expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, index) => index + 1));
    expect(MIGRATIONS.map(migrationLabel)).toEqual(['0001-read-model', '0002-ordered-columns', '0003-marks']);
  });

  it.each(Object.keys(READ_COLUMNS).map((table) => table as ReadTable))(
    'make the table %s with every column',
    (table) => {
      const sql = MIGRATIONS.map((migration) => migration.sql).join('\n');
      const [, columns = ''] = new RegExp(`CREATE TABLE ${table} \\(([^;]*)PRIMARY KEY`).exec(sql) ?? [];
      const added = [...sql.matchAll(new RegExp(`ALTER TABLE ${table} ([^;]*);`, 'g'))]
        .map(([, list = '']) => list)
        .join();
      const names = [...columns.matchAll(/^ {2}(\w+)/gm), ...added.matchAll(/ADD COLUMN (\w+)/g)].map(
        ([, name]) => name,
      );
      expect(names.toSorted()).toEqual(storedColumns(table).toSorted());
      expect(columns + added).not.toMatch(/text(?! COLLATE "C")/);
    },
  );
});
