import { READ_COLUMNS, type ReadColumn, type ReadTable } from '@ledger/ports';

/** All tables of the read model. */
export const READ_TABLES = Object.keys(READ_COLUMNS).filter(isReadTable);

/**
 * Columns that pages are searched by often enough to pay for an index: each with `sort` behind it. The id is left out of the
 * keys, which keeps them short; rows with the same `sort` are few.
 */
const SEARCHED: Readonly<Record<ReadTable, readonly (readonly ReadColumn[])[]>> = {
  sessions: [['station'], ['status'], ['subject']],
  charges: [['station'], ['state'], ['tariff']],
  receipts: [['gateway', 'message'], ['session']],
  quarantine: [['gateway', 'message'], ['status']],
  locations: [],
  tariffs: [],
  assignments: [['tariff']],
};

/**
 * Columns that stand in for `sort`, with what is searched before them. They change with nearly every put, so a put does not look
 * at them; the id is in the key, because many rows may have the same moment.
 */
const ORDERED: Readonly<Partial<Record<ReadTable, readonly (readonly ReadColumn[])[]>>> = {
  sessions: [['changed_at'], ['meter_at']],
  charges: [['state', 'changed_at']],
};

/** Columns whose upper bound is asked for across tenants. */
const DUE: Readonly<Partial<Record<ReadTable, ReadColumn>>> = { sessions: 'due_at' };

/** The statements that make a table and its indexes under a name of its own. */
export function tableSchema(table: ReadTable, name: string): string {
  const columns = columnsOf(table).map((column) => `"${column}" TEXT,`);
  return `
    CREATE TABLE "${name}" (
      tenant TEXT NOT NULL, id TEXT NOT NULL, sort TEXT NOT NULL, ${columns.join(' ')} amount TEXT, quantity TEXT,
      amount_units INTEGER, quantity_units INTEGER, body TEXT NOT NULL, PRIMARY KEY (tenant, id)) STRICT;
    ${indexSchema(table, name)}`;
}

/** The statements that make those indexes of a table that are not there yet. */
export function indexSchema(table: ReadTable, name: string): string {
  const searched = SEARCHED[table].map(
    (keys) =>
      `CREATE INDEX IF NOT EXISTS "${name}_by_${keys.join('_')}" ON "${name}" (tenant, ${keys.join(', ')}, sort)
       WHERE ${present(keys)};`,
  );
  const ordered = (ORDERED[table] ?? []).map(
    (keys) =>
      `CREATE INDEX IF NOT EXISTS "${name}_by_${keys.join('_')}" ON "${name}" (tenant, ${keys.join(', ')}, id)
       WHERE ${present(keys)};`,
  );
  const due = DUE[table];
  const dueIndex = `CREATE INDEX IF NOT EXISTS "${name}_by_${due ?? ''}" ON "${name}" (${due ?? ''}) WHERE ${due ?? ''} IS NOT NULL;`;
  return `
    CREATE INDEX IF NOT EXISTS "${name}_by_sort" ON "${name}" (tenant, sort);
    ${[...searched, ...ordered].join('\n')}
    ${due === undefined ? '' : dueIndex}`;
}

function present(keys: readonly ReadColumn[]): string {
  return keys.map((key) => `${key} IS NOT NULL`).join(' AND ');
}

/** The columns that the indexes are sorted by: where they stay as they are, no index needs to be touched. */
export function keyColumnsOf(table: ReadTable): readonly string[] {
  return ['sort', ...SEARCHED[table].flat()];
}

/** The searchable columns of a table. */
export function columnsOf(table: ReadTable): readonly ReadColumn[] {
  return READ_COLUMNS[table];
}

/** Refuses columns that the table does not have, which are a defect of the caller. @throws RangeError */
export function checkColumns(table: ReadTable, asked: readonly string[]): void {
  const known: readonly string[] = columnsOf(table);
  const odd = asked.find((column) => !known.includes(column));
  if (odd !== undefined) throw new RangeError(`table ${table} has no column ${odd}`);
}

function isReadTable(name: string): name is ReadTable {
  return Object.hasOwn(READ_COLUMNS, name);
}
