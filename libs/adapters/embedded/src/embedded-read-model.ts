import {
  ReadModelUnavailable,
  RebuildInProgress,
  type EventMark,
  type Page,
  type PageQuery,
  type ReadBatch,
  type ReadModel,
  type ReadRebuild,
  type ReadRow,
  type ReadTable,
  type Totals,
  type TotalsQuery,
} from '@ledger/ports';
import { Database } from './database';
import { EMBEDDED_LIMITS } from './limits';
import { READ_TABLES, columnsOf, indexSchema, tableSchema } from './read-tables';
import { textOf, wholeOf } from './stored-values';
import { TableSet } from './table-set';

/** `live` names the generation of each table that is shown; any other is what an unfinished rebuild left behind. */
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS live ("table" TEXT PRIMARY KEY, generation INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS checkpoints (projection TEXT PRIMARY KEY, position TEXT NOT NULL) STRICT, WITHOUT ROWID;
  DROP TABLE IF EXISTS checkpoints_next;
`;

/** The read model in one SQLite file: rows and checkpoint in one transaction, rebuilds beside the live tables. */
export class EmbeddedReadModel implements ReadModel {
  private readonly database: Database;
  private readonly generations: Map<ReadTable, number>;
  private readonly live: TableSet;
  private rebuilding: EmbeddedRebuild | undefined;

  constructor(path: string) {
    const whenClosed = (): Error => new ReadModelUnavailable('the read model is closed');
    this.database = new Database({ path, schema: SCHEMA, cacheKib: EMBEDDED_LIMITS.readCacheKib, whenClosed });
    this.database.transaction(() => {
      addMarks(this.database);
    });
    this.generations = this.database.transaction(() => openedGenerations(this.database));
    this.live = new TableSet(this.database, {
      tableName: (table) => nameOf(table, this.generations.get(table) ?? 0),
      checkProjection: () => undefined,
      checkpoints: 'checkpoints',
    });
  }

  async apply(batch: ReadBatch): Promise<void> {
    this.live.apply(batch);
  }

  async get(table: ReadTable, tenant: string, id: string): Promise<ReadRow | undefined> {
    return this.live.get(table, tenant, id);
  }

  async page(query: PageQuery): Promise<Page> {
    return this.live.page(query);
  }

  async count(query: TotalsQuery): Promise<number> {
    return this.live.count(query);
  }

  async totals(query: TotalsQuery): Promise<readonly Totals[]> {
    return this.live.totals(query);
  }

  async checkpoint(projection: string): Promise<bigint | 'none'> {
    return this.live.checkpoint(projection);
  }

  async mark(projection: string): Promise<EventMark | undefined> {
    return this.live.mark(projection);
  }

  async rebuild(tables: readonly ReadTable[], projections: readonly string[]): Promise<ReadRebuild> {
    this.database.refuse();
    if (this.rebuilding?.isOver === false) throw new RebuildInProgress('the read model is being rebuilt already');
    this.rebuilding = new EmbeddedRebuild(this.database, this.generations, { tables, projections });
    return this.rebuilding;
  }

  async isReachable(): Promise<boolean> {
    return this.database.isReachable();
  }

  async close(): Promise<void> {
    this.database.close();
  }
}

/** Tables of the next generation, until they are swapped in or discarded. */
class EmbeddedRebuild implements ReadRebuild {
  isOver = false;
  private readonly next: TableSet;

  constructor(
    private readonly database: Database,
    private readonly generations: Map<ReadTable, number>,
    private readonly scope: { readonly tables: readonly ReadTable[]; readonly projections: readonly string[] },
  ) {
    database.transaction(() => {
      database.exec('DELETE FROM checkpoints_next');
      for (const table of scope.tables) database.exec(tableSchema(table, this.nextName(table)));
    });
    this.next = new TableSet(database, {
      tableName: (table) => this.nextName(table),
      checkProjection: (projection) => {
        this.checkProjection(projection);
      },
      checkpoints: 'checkpoints_next',
    });
  }

  async apply(batch: ReadBatch): Promise<void> {
    this.tables().apply(batch);
  }

  async get(table: ReadTable, tenant: string, id: string): Promise<ReadRow | undefined> {
    return this.tables().get(table, tenant, id);
  }

  async page(query: PageQuery): Promise<Page> {
    return this.tables().page(query);
  }

  async count(query: TotalsQuery): Promise<number> {
    return this.tables().count(query);
  }

  async totals(query: TotalsQuery): Promise<readonly Totals[]> {
    return this.tables().totals(query);
  }

  async checkpoint(projection: string): Promise<bigint | 'none'> {
    return this.tables().checkpoint(projection);
  }

  async mark(projection: string): Promise<EventMark | undefined> {
    return this.tables().mark(projection);
  }

  async swap(): Promise<void> {
    this.tables();
    this.isOver = true;
    const { tables, projections } = this.scope;
    this.database.transaction(() => {
      for (const table of tables) {
        this.database.exec(`DROP TABLE "${nameOf(table, this.generation(table))}"`);
        this.database.prepare('UPDATE live SET generation = generation + 1 WHERE "table" = ?').run(table);
      }
      for (const projection of projections) {
        this.database.prepare('DELETE FROM checkpoints WHERE projection = ?').run(projection);
      }
      this.database.exec('INSERT INTO checkpoints SELECT * FROM checkpoints_next; DELETE FROM checkpoints_next');
    });
    for (const table of tables) this.generations.set(table, this.generation(table) + 1);
  }

  async discard(): Promise<void> {
    this.tables();
    this.isOver = true;
    this.database.transaction(() => {
      for (const table of this.scope.tables) this.database.exec(`DROP TABLE "${this.nextName(table)}"`);
      this.database.exec('DELETE FROM checkpoints_next');
    });
  }

  private tables(): TableSet {
    if (this.isOver) throw new ReadModelUnavailable('this rebuild is over');
    return this.next;
  }

  private generation(table: ReadTable): number {
    return this.generations.get(table) ?? 0;
  }

  private nextName(table: ReadTable): string {
    if (!this.scope.tables.includes(table)) throw new RangeError(`table ${table} is not being rebuilt`);
    return nameOf(table, this.generation(table) + 1);
  }

  private checkProjection(projection: string): void {
    if (!this.scope.projections.includes(projection))
      throw new RangeError(`projection ${projection} is not being rebuilt`);
  }
}

function nameOf(table: ReadTable, generation: number): string {
  return `${table}_${generation}`;
}

/** Gives a table that an earlier version made the columns and indexes that came since; a rebuild fills them. */
function widen(database: Database, table: ReadTable, name: string): void {
  const held = new Set(
    database
      .prepare('SELECT name FROM pragma_table_info(?)')
      .all(name)
      .map((row) => textOf(row, 'name')),
  );
  const missing = columnsOf(table).filter((column) => !held.has(column));
  for (const column of missing) database.exec(`ALTER TABLE "${name}" ADD COLUMN "${column}" TEXT`);
  if (missing.length > 0) database.exec(indexSchema(table, name));
}

/** Adds the columns that folders of earlier versions lack, and makes the table for rebuilds like the live one. */
function addMarks(database: Database): void {
  const columns = database.prepare("SELECT name FROM pragma_table_info('checkpoints')").all();
  if (!columns.some((row) => textOf(row, 'name') === 'mark_id')) {
    database.exec(
      'ALTER TABLE checkpoints ADD COLUMN mark_position TEXT; ALTER TABLE checkpoints ADD COLUMN mark_id TEXT',
    );
  }
  database.exec(`CREATE TABLE checkpoints_next
    (projection TEXT PRIMARY KEY, position TEXT NOT NULL, mark_position TEXT, mark_id TEXT) STRICT, WITHOUT ROWID`);
}

/** The live generation of each table; makes what is missing and drops what an unfinished rebuild left. */
function openedGenerations(database: Database): Map<ReadTable, number> {
  const present = new Set(
    database
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .all()
      .map((row) => textOf(row, 'name')),
  );
  const generations = new Map<ReadTable, number>();
  for (const table of READ_TABLES) {
    database.prepare('INSERT INTO live VALUES (?, 1) ON CONFLICT DO NOTHING').run(table);
    const generation = wholeOf(
      database.prepare('SELECT generation FROM live WHERE "table" = ?').get(table) ?? {},
      'generation',
    );
    const name = nameOf(table, generation);
    if (present.has(name)) widen(database, table, name);
    else database.exec(tableSchema(table, name));
    const next = nameOf(table, generation + 1);
    if (present.has(next)) database.exec(`DROP TABLE "${next}"`);
    generations.set(table, generation);
  }
  return generations;
}
