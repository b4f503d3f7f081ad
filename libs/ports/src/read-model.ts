import type { EventMark } from './event-store';
import type { Leadership } from './leadership';

/** The tables of the read model. Each row is found by `id` within its tenant. */
export type ReadTable = 'sessions' | 'charges' | 'receipts' | 'quarantine' | 'locations' | 'tariffs' | 'assignments';

/**
 * The columns that can be searched or ordered, by table. Each is text (null when absent). All else lives in `body`.
 * `receipts` and `quarantine` hold one row for each delivery; their `sort` is the time of receipt.
 */
export const READ_COLUMNS = {
  sessions: ['station', 'connector', 'status', 'subject', 'location', 'due_at', 'changed_at', 'meter_at'],
  charges: ['charge', 'station', 'state', 'currency', 'location', 'tariff', 'changed_at'],
  receipts: ['gateway', 'message', 'verdict', 'session'],
  quarantine: ['gateway', 'message', 'code', 'status'],
  locations: [],
  tariffs: [],
  assignments: ['tariff'],
} as const satisfies Record<ReadTable, readonly string[]>;

/** A column of some table. */
export type ReadColumn = (typeof READ_COLUMNS)[ReadTable][number];

/** A row: key, order, searchable columns, the exact amount to sum if there is one, and the whole as canonical text. */
export interface ReadRow {
  readonly tenant: string;
  readonly id: string;
  /** What pages are ordered by, then `id`: a UTC instant for all tables that hold moments. */
  readonly sort: string;
  readonly columns: Readonly<Partial<Record<ReadColumn, string>>>;
  /** Exact decimal text that `totals` adds up, such as a charge's total. */
  readonly amount?: string;
  /** Exact decimal text that `totals` adds up beside it, such as energy in Wh. */
  readonly quantity?: string;
  readonly body: string;
}

/** One change of a row. */
export type ReadChange =
  | { readonly kind: 'put'; readonly table: ReadTable; readonly row: ReadRow }
  | { readonly kind: 'delete'; readonly table: ReadTable; readonly tenant: string; readonly id: string };

/**
 * A question for a page of rows. All filters must match; the range is `from <= sort < to`. Text compares by its UTF-8 bytes
 * (PostgreSQL: collation "C"). `oldest-first` orders by sort, then id; `newest-first` is its exact reverse; `by-id` orders by
 * id. Where a question spans tenants, the tenant breaks the tie. With `by` that column stands in for `sort`, in the range and
 * in the order, and only rows that have it are found.
 */
export interface PageQuery {
  readonly table: ReadTable;
  readonly by?: ReadColumn;
  /** Absent only for work that spans tenants, such as closing what is due. */
  readonly tenant?: string;
  readonly where?: Readonly<Partial<Record<ReadColumn, string>>>;
  /** Only rows whose column is present and not greater than the text. */
  readonly atMost?: { readonly column: ReadColumn; readonly text: string };
  readonly from?: string;
  readonly to?: string;
  readonly order: 'newest-first' | 'oldest-first' | 'by-id';
  readonly cursor?: string;
  /** Rows to pass over before the page, behind the cursor if there is one. */
  readonly skip?: number;
  /** Most rows of the page, 1 to PAGE_ROWS_MAX. */
  readonly limit: number;
}

/** A question for sums: which rows, in no order. */
export type TotalsQuery = Omit<PageQuery, 'order' | 'cursor' | 'skip' | 'limit'>;

/** A page in the asked order; `next` is the cursor of the following page, absent on the last one. */
export interface Page {
  readonly rows: readonly ReadRow[];
  readonly next?: string;
}

/** Most rows of one page. */
export const PAGE_ROWS_MAX = 1_000;

/**
 * Exact sums over all rows that match, by currency (the row's `currency` column, or empty), in order of currency. Sums are
 * decimal text without trailing zeros, `0` where no row has one; no rows give no totals.
 */
export interface Totals {
  readonly currency: string;
  readonly count: number;
  readonly amount: string;
  readonly quantity: string;
}

/** The changes of one batch, and the checkpoint that goes with them. */
export interface ReadBatch {
  /** Name of the projection whose checkpoint this is. */
  readonly projection: string;
  /** The checkpoint the projector believes to be stored; another one means that a second projector is at work. */
  readonly expected: bigint | 'none';
  readonly position: bigint;
  /** The last event that was folded; absent where none was since the batch before, whose mark then stays. */
  readonly mark?: EventMark;
  readonly changes: readonly ReadChange[];
}

/** Another projector moved the checkpoint. Nothing was written. */
export class CheckpointConflict extends Error {
  readonly code = 'checkpoint-conflict';
  constructor(
    readonly projection: string,
    readonly expected: bigint | 'none',
    readonly actual: bigint | 'none',
  ) {
    super(`projection ${projection}: expected checkpoint ${expected}, found ${actual}`);
  }
}

/** The read model cannot be reached. */
export class ReadModelUnavailable extends Error {
  readonly code = 'read-model-unavailable';
}

/** Somebody rebuilds already: wait for its swap or discard. */
export class RebuildInProgress extends Error {
  readonly code = 'rebuild-in-progress';
}

/**
 * The queries. The same rows give the same pages and sums on every adapter. A column that the table does not have, and a
 * limit or skip out of range, are defects of the caller: RangeError.
 */
export interface ReadQueries {
  get(table: ReadTable, tenant: string, id: string): Promise<ReadRow | undefined>;
  /** @throws BadCursor for a cursor that is not from this question */
  page(query: PageQuery): Promise<Page>;
  /** How many rows match. */
  count(query: TotalsQuery): Promise<number>;
  totals(query: TotalsQuery): Promise<readonly Totals[]>;
  checkpoint(projection: string): Promise<bigint | 'none'>;
  /** The last event that was folded into the tables; undefined where none was yet. */
  mark(projection: string): Promise<EventMark | undefined>;
}

/** A cursor that this adapter never gave out. */
export class BadCursor extends Error {
  readonly code = 'bad-cursor';
}

/** Billing's tables, with the checkpoint in the same transaction. Every adapter passes `readModelContract`. */
export interface ReadModel extends ReadQueries {
  /**
   * Stores rows and checkpoint in one transaction, durably; changes take effect in their order. `put` replaces the whole
   * row. Deleting a row that is not there changes nothing. @throws CheckpointConflict, ReadModelUnavailable
   */
  apply(batch: ReadBatch): Promise<void>;
  /**
   * Opens empty tables beside the live ones. `apply` and queries of the result touch only them; `swap` puts them in
   * place of the live ones in one step, for the tables and projections named; `discard` drops them. After either the result
   * refuses everything. A rebuild that was going on when the process ended is gone. Tables and projections that were not named
   * are a defect of the caller: RangeError. @throws RebuildInProgress
   */
  rebuild(tables: readonly ReadTable[], projections: readonly string[]): Promise<ReadRebuild>;
  /**
   * Takes the lead of a projector, which one process at a time holds for each shard; undefined while another has it: ask
   * again later. Absent where the storage can have one process only, which then always leads. @throws ReadModelUnavailable
   */
  elect?(projector: string): Promise<Leadership | undefined>;
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

/** A rebuild in progress. */
export interface ReadRebuild extends ReadQueries {
  apply(batch: ReadBatch): Promise<void>;
  swap(): Promise<void>;
  discard(): Promise<void>;
}
