import type { Runtime } from '@ledger/platform';
import { BillingProjection, publishing, storedBook } from '@ledger/usecases';
import type { Book, Publishing, QueryPorts } from '@ledger/usecases';

/** Billing's own parts: the projection once it runs here, the writer of tariffs, and the questions. */
export class BillingParts implements QueryPorts {
  readonly store: QueryPorts['store'];
  readonly model: QueryPorts['model'];
  readonly publishing: Publishing;
  private projection: BillingProjection | undefined;

  constructor(private readonly runtime: Runtime) {
    const { engines, crash } = runtime;
    this.store = engines.store;
    this.model = engines.readModel;
    this.publishing = publishing({ store: engines.store, clock: engines.clock, crash });
  }

  /** Opens the projection anew from its checkpoint; questions use its book from then on. */
  async open(): Promise<BillingProjection> {
    const { engines, settings } = this.runtime;
    this.projection = await BillingProjection.open(engines.readModel, {
      graceMs: settings.LEDGER_GRACE_SECONDS * 1_000,
      silenceMs: settings.LEDGER_SILENCE_SECONDS * 1_000,
    });
    return this.projection;
  }

  /** The projection does not run here any more; questions use the stored book. */
  retire(): void {
    this.projection = undefined;
  }

  /** The book of a tenant: the projection's own where it runs here, else as the read model has it. */
  async bookOf(tenant: string): Promise<Book> {
    return this.projection?.bookOf(tenant) ?? storedBook(this.model, tenant);
  }
}
