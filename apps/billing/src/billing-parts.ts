import type { Runtime } from '@ledger/platform';
import { BillingProjection, isOfEarlierVersion, publishing, rebuildTables, storedBook } from '@ledger/usecases';
import type { Book, Publishing, RoamingPorts } from '@ledger/usecases';

/** Billing's own parts: the projection once it runs here, the writer of tariffs, and the questions. */
export class BillingParts implements RoamingPorts {
  readonly store: RoamingPorts['store'];
  readonly model: RoamingPorts['model'];
  readonly keys: RoamingPorts['keys'];
  readonly publishing: Publishing;
  private projection: BillingProjection | undefined;

  constructor(private readonly runtime: Runtime) {
    const { engines, crash } = runtime;
    this.store = engines.store;
    this.model = engines.readModel;
    this.keys = engines.keys;
    this.publishing = publishing({ store: engines.store, clock: engines.clock, crash });
  }

  /** Opens the projection anew from its checkpoint; questions use its book from then on. */
  async open(): Promise<BillingProjection> {
    const { readModel: model, store } = this.runtime.engines;
    const { settings, logger } = this.runtime;
    const due = {
      graceMs: settings.LEDGER_GRACE_SECONDS * 1_000,
      silenceMs: settings.LEDGER_SILENCE_SECONDS * 1_000,
    };
    if (await isOfEarlierVersion(model)) {
      logger.info('an earlier version filled the tables; they are rebuilt beside the live ones');
      await rebuildTables({ store, model, due });
    }
    this.projection = await BillingProjection.open(model, due);
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
