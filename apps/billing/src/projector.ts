import { outageTolerant, waitingOut } from '@ledger/platform';
import type { Runtime, Worker } from '@ledger/platform';
import { CheckpointConflict } from '@ledger/ports';
import type { FollowedBatch, Following, Leadership, RecordedEvent } from '@ledger/ports';
import { BILLING_PREFIXES } from '@ledger/usecases';
import { Counter, Gauge } from 'prom-client';

import type { BillingParts } from './billing-parts';

/** The projector that one process at a time is. */
const PROJECTOR = 'billing';

/** How often a process asks for the lead that another one holds, in ms. */
const ELECT_EVERY_MS = 1_000;

/** Why folding ended although nobody stopped it: another process leads, or will. */
class LeadLost extends CheckpointConflict {}

/**
 * Follows the events and keeps the tables, as long as this process leads. Without the lead it waits; when the lead is lost,
 * or another process moved the checkpoint, it stops folding and begins anew from what is stored.
 */
export function projecting(runtime: Runtime, parts: BillingParts): Worker {
  const projector = new Projector(runtime, parts);
  return { name: 'project', ended: projector.run(), stop: () => projector.stop() };
}

class Projector {
  private readonly stopping = new AbortController();
  private readonly gauges: ReturnType<typeof metricsOf>;
  private following: Following | undefined;
  private running: Promise<void> | undefined;
  private batchesFolded = 0;

  constructor(
    private readonly runtime: Runtime,
    private readonly parts: BillingParts,
  ) {
    this.gauges = metricsOf(runtime);
  }

  run(): Promise<void> {
    return (this.running = this.lead());
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.following?.stop();
    await this.running?.catch(() => undefined);
  }

  private async lead(): Promise<void> {
    while (!this.isStopping) await waitingOut(this.runtime, 'project', { step: () => this.countedTerm() });
  }

  /** An outage that ends a term which got somewhere is a new outage: it may last its whole time. */
  private async countedTerm(): Promise<void> {
    const before = this.batchesFolded;
    try {
      await this.term();
    } catch (error) {
      if (this.batchesFolded === before) throw error;
      await outageTolerant(this.runtime, 'project', () => {
        throw error;
      });
    }
  }

  /** One term: from the election to the loss of the lead. @throws CheckpointConflict, ReadModelUnavailable */
  private async term(): Promise<void> {
    if (this.isStopping) return;
    const { clock, readModel } = this.runtime.engines;
    const lead = await readModel.elect?.(PROJECTOR);
    if (lead === undefined && readModel.elect !== undefined) {
      await clock.sleep(ELECT_EVERY_MS, this.stopping.signal);
      return;
    }
    this.gauges.leading.set(1);
    this.runtime.logger.info({ worker: 'project' }, 'this process keeps the tables');
    try {
      await this.follow(lead);
    } finally {
      this.gauges.leading.set(0);
      this.gauges.caughtUp.set(0);
      this.parts.retire();
      await lead?.resign();
    }
  }

  private async follow(lead: Leadership | undefined): Promise<void> {
    const { engines, crash, settings, logger } = this.runtime;
    const projection = await this.parts.open();
    if (this.isStopping) return;
    const from = { prefixes: BILLING_PREFIXES, ...projection.resumption, batchMax: settings.LEDGER_BATCH };
    const onBatch = async (batch: FollowedBatch): Promise<void> => {
      if (lead?.isHeld() === false) throw new LeadLost(PROJECTOR, projection.checkpoint, projection.checkpoint);
      const rest = this.rest(batch);
      crash('before-projection');
      await projection.fold(batch);
      crash('after-projection');
      if (logger.isLevelEnabled('debug')) for (const event of batch.events) this.tell(event);
      this.batchesFolded += 1;
      this.gauges.events.inc(batch.events.length);
      this.gauges.caughtUp.set(batch.caughtUp ? 1 : 0);
      await rest;
    };
    const following = engines.store.follow(from, onBatch);
    this.following = following;
    void lead?.ended.then((how) => {
      if (how === 'lost') logger.warn({ worker: 'project' }, 'the lead was lost; another process may keep the tables');
      return following.stop();
    });
    await following.ended;
  }

  /**
   * Lasts until the next batch may be taken. At the end of the events they come by ones and twos: what comes meanwhile shares a
   * transaction, each of which waits for the disk.
   */
  private rest({ caughtUp, events }: FollowedBatch): Promise<void> | undefined {
    const { LEDGER_BATCH, LEDGER_PROJECT_EVERY_MS } = this.runtime.settings;
    if (!caughtUp || events.length >= LEDGER_BATCH) return undefined;
    return this.runtime.engines.clock.sleep(LEDGER_PROJECT_EVERY_MS, this.stopping.signal);
  }

  private tell({ stream, revision, type, metadata }: RecordedEvent): void {
    const { correlation } = JSON.parse(metadata) as { readonly correlation?: string };
    this.runtime.logger.debug({ worker: 'project', correlation, stream, revision: `${revision}`, type }, 'projected');
  }

  private get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }
}

function metricsOf({ metrics }: Runtime): {
  readonly events: Counter;
  readonly caughtUp: Gauge;
  readonly leading: Gauge;
} {
  const registers = [metrics];
  return {
    events: new Counter({ name: 'ledger_projected_events_total', help: 'Events folded into the tables.', registers }),
    caughtUp: new Gauge({
      name: 'ledger_projection_caught_up',
      help: '1 once the tables reached the end of the events.',
      registers,
    }),
    leading: new Gauge({
      name: 'ledger_projection_leading',
      help: '1 while this process keeps the tables; exactly one process does.',
      registers,
    }),
  };
}
