/** The tables of the read model. Each row is found by `id` within its tenant. */
export type ReadTable = 'sessions' | 'charges' | 'receipts' | 'quarantine' | 'locations' | 'tariffs' | 'assignments';

/**
 * The columns that can be searched or ordered, by table. Each is text (null when absent). All else lives in `body`.
 * `receipts` and `quarantine` hold one row for each delivery; their `sort` is the time of receipt.
 */
export const READ_COLUMNS = {
  sessions: ['station', 'connector', 'status', 'subject', 'location', 'due_at'],
  charges: ['station', 'state', 'currency', 'location', 'tariff'],
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

/** A question for a page of rows. All filters must match; the range is `from <= sort < to`. */
export interface PageQuery {
  readonly table: ReadTable;
  /** Absent only for work that spans tenants, such as closing what is due. */
  readonly tenant?: string;
  readonly where?: Readonly<Partial<Record<ReadColumn, string>>>;
  /** Only rows whose column is present and not greater than the text. */
  readonly atMost?: { readonly column: ReadColumn; readonly text: string };
  readonly from?: string;
  readonly to?: string;
  readonly order: 'newest-first' | 'oldest-first' | 'by-id';
  readonly cursor?: string;
  readonly limit: number;
}

/** A page in the asked order; `next` is the cursor of the following page, absent on the last one. */
export interface Page {
  readonly rows: readonly ReadRow[];
  readonly next?: string;
}

/** Exact sums over all rows that match, by currency (the row's `currency` column, or empty). */
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

/** The queries. The same rows give the same pages and sums on every adapter. */
export interface ReadQueries {
  get(table: ReadTable, tenant: string, id: string): Promise<ReadRow | undefined>;
  /** @throws BadCursor for a cursor that is not from this question */
  page(query: PageQuery): Promise<Page>;
  totals(query: Omit<PageQuery, 'order' | 'cursor' | 'limit'>): Promise<readonly Totals[]>;
  checkpoint(projection: string): Promise<bigint | 'none'>;
}

/** A cursor that this adapter never gave out. */
export class BadCursor extends Error {
  readonly code = 'bad-cursor';
}

/** Billing's tables, with the checkpoint in the same transaction. Every adapter passes `readModelContract`. */
export interface ReadModel extends ReadQueries {
  /** Stores rows and checkpoint in one transaction, durably. @throws CheckpointConflict, ReadModelUnavailable */
  apply(batch: ReadBatch): Promise<void>;
  /**
   * Opens empty tables beside the live ones. `apply` and queries of the result touch only them; `swap` puts them in
   * place of the live ones in one step, for the tables and projections named; `discard` drops them.
   */
  rebuild(tables: readonly ReadTable[], projections: readonly string[]): Promise<ReadRebuild>;
  isReachable(): Promise<boolean>;
  close(): Promise<void>;
}

/** A rebuild in progress. */
export interface ReadRebuild extends ReadQueries {
  apply(batch: ReadBatch): Promise<void>;
  swap(): Promise<void>;
  discard(): Promise<void>;
}
