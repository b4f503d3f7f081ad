import { ReadModelUnavailable, RebuildInProgress } from '@ledger/ports';
import type {
  EventMark,
  Page,
  PageQuery,
  ReadBatch,
  ReadModel,
  ReadRebuild,
  ReadRow,
  ReadTable,
  Totals,
  TotalsQuery,
} from '@ledger/ports';

import type { Life, Wire } from '../wire';
import { Tables } from './tables';

/** The read model as one process sees it. */
export class SimReadModel implements ReadModel {
  private isClosed = false;
  private rebuilding: SimRebuild | undefined;

  constructor(
    private readonly wire: Wire,
    private readonly life: Life,
    private readonly tables: Tables,
  ) {}

  apply(batch: ReadBatch): Promise<void> {
    const apply = (): void => this.open().apply(batch);
    return this.wire.call(this.life, { label: `apply ${batch.projection}`, apply, unavailable, unknown: unavailable });
  }

  get(table: ReadTable, tenant: string, id: string): Promise<ReadRow | undefined> {
    return this.ask(`get ${table}`, () => this.open().get(table, tenant, id));
  }

  page(query: PageQuery): Promise<Page> {
    return this.ask(`page ${query.table}`, () => this.open().page(query));
  }

  count(query: TotalsQuery): Promise<number> {
    return this.ask(`count ${query.table}`, () => this.open().count(query));
  }

  totals(query: TotalsQuery): Promise<readonly Totals[]> {
    return this.ask(`totals ${query.table}`, () => this.open().totals(query));
  }

  checkpoint(projection: string): Promise<bigint | 'none'> {
    return this.ask(`checkpoint ${projection}`, () => this.open().checkpoint(projection));
  }

  async mark(projection: string): Promise<EventMark | undefined> {
    return this.ask(`mark ${projection}`, () => this.open().marks.get(projection));
  }

  rebuild(tables: readonly ReadTable[], projections: readonly string[]): Promise<ReadRebuild> {
    return this.ask('rebuild', () => {
      if (this.rebuilding?.isOver === false) throw new RebuildInProgress('the read model is being rebuilt already');
      return (this.rebuilding = new SimRebuild(this.open(), tables, projections));
    });
  }

  isReachable(): Promise<boolean> {
    return Promise.resolve(!this.isClosed);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }

  private ask<Answer>(label: string, apply: () => Answer): Promise<Answer> {
    return this.wire.call(this.life, { label, apply, unavailable });
  }

  private open(): Tables {
    if (this.isClosed) throw new ReadModelUnavailable('the read model is closed');
    return this.tables;
  }
}

function unavailable(): Error {
  return new ReadModelUnavailable('the read model does not answer');
}

/** Tables beside the live ones. The simulation itself never rebuilds: no faults here. */
class SimRebuild implements ReadRebuild {
  isOver = false;
  private readonly next = new Tables();

  constructor(
    private readonly live: Tables,
    private readonly names: readonly ReadTable[],
    private readonly projections: readonly string[],
  ) {}

  async apply(batch: ReadBatch): Promise<void> {
    for (const { table } of batch.changes) this.checkNamed(this.names, table);
    this.checkNamed(this.projections, batch.projection);
    return this.ask(() => this.next.apply(batch));
  }

  async get(table: ReadTable, tenant: string, id: string): Promise<ReadRow | undefined> {
    this.checkNamed(this.names, table);
    return this.ask(() => this.next.get(table, tenant, id));
  }

  async page(query: PageQuery): Promise<Page> {
    return this.ask(() => this.next.page(query));
  }

  async count(query: TotalsQuery): Promise<number> {
    return this.ask(() => this.next.count(query));
  }

  async totals(query: TotalsQuery): Promise<readonly Totals[]> {
    return this.ask(() => this.next.totals(query));
  }

  async checkpoint(projection: string): Promise<bigint | 'none'> {
    return this.ask(() => this.next.checkpoint(projection));
  }

  async mark(projection: string): Promise<EventMark | undefined> {
    return this.ask(() => this.next.marks.get(projection));
  }

  async swap(): Promise<void> {
    await this.ask(() => {
      this.isOver = true;
      for (const name of this.names) this.live.rows.set(name, this.next.table(name));
      for (const projection of this.projections) {
        this.live.checkpoints.delete(projection);
        this.live.marks.delete(projection);
      }
      for (const [projection, position] of this.next.checkpoints) this.live.checkpoints.set(projection, position);
      for (const [projection, mark] of this.next.marks) this.live.marks.set(projection, mark);
    });
  }

  async discard(): Promise<void> {
    await this.ask(() => {
      this.isOver = true;
    });
  }

  private ask<Answer>(step: () => Answer): Promise<Answer> {
    if (this.isOver) return Promise.reject(new ReadModelUnavailable('this rebuild is over'));
    return Promise.resolve(step());
  }

  private checkNamed(names: readonly string[], name: string): void {
    if (!names.includes(name)) throw new RangeError(`${name} is not being rebuilt`);
  }
}
