import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { EmbeddedReadModel } from '@ledger/adapters/embedded';
import { openLogger, readSettings } from '@ledger/platform';
import type { Runtime } from '@ledger/platform';
import type { FollowedBatch, RecordedEvent } from '@ledger/ports';
import { BILLING } from '@ledger/usecases';
import { Registry } from 'prom-client';

import { BillingParts } from './billing-parts';
import { projecting } from './projector';

type Handler = (batch: FollowedBatch) => Promise<void>;

/** An event that billing does not fold. */
const OTHER = {
  stream: 'station-1',
  type: 'Other',
  position: 1n,
  id: 'other',
} as Partial<RecordedEvent> as RecordedEvent;

/** A projector to whom the test hands batches, with a clock that rests until it is told to go on. */
class Trial {
  readonly rests: number[] = [];
  readonly model: EmbeddedReadModel;
  readonly worker: ReturnType<typeof projecting>;
  private handler = Promise.withResolvers<Handler>();
  private following = Promise.withResolvers<undefined>();
  private goOn: () => void = () => undefined;

  constructor(folder: string, settings: Record<string, string>) {
    this.model = new EmbeddedReadModel(join(folder, 'tables.db'));
    const store = {
      follow: (_: unknown, onBatch: Handler) => {
        this.handler.resolve(onBatch);
        const stop = (): Promise<void> => {
          this.following.resolve(undefined);
          return Promise.resolve();
        };
        return { ended: this.following.promise, stop };
      },
    };
    const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
      new Promise((resolve) => {
        this.rests.push(ms);
        this.goOn = resolve;
        signal?.addEventListener('abort', () => {
          resolve();
        });
      });
    const runtime = {
      settings: readSettings(settings),
      engines: { store, readModel: this.model, clock: { sleep } },
      logger: openLogger('billing', 'error'),
      metrics: new Registry(),
      crash: () => undefined,
    } as unknown as Runtime;
    this.worker = projecting(runtime, new BillingParts(runtime));
  }

  /** Hands over so many events up to a position; tells when the next batch may come. */
  async hand(position: bigint, events: number, caughtUp = true): Promise<{ mayGoOn: boolean }> {
    const onBatch = await this.handler.promise;
    const state = { mayGoOn: false };
    void onBatch({ events: Array.from({ length: events }, () => OTHER), position, caughtUp }).then(() => {
      state.mayGoOn = true;
    });
    while ((await this.model.checkpoint(BILLING)) !== position) await new Promise(setImmediate);
    await new Promise(setImmediate);
    return state;
  }

  async rested(): Promise<void> {
    this.goOn();
    await new Promise(setImmediate);
  }
}

describe('the projector', () => {
  let folder: string;
  let trial: Trial;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'projector-'));
    trial = new Trial(folder, { LEDGER_BATCH: '10', LEDGER_PROJECT_EVERY_MS: '70' });
  });
  afterEach(async () => {
    await trial.worker.stop();
    await trial.model.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('stores at once what comes, and lets what comes next gather for a while', async () => {
    const batch = await trial.hand(1n, 3);
    expect(batch.mayGoOn).toBe(false);
    expect(trial.rests).toEqual([70]);
    await trial.rested();
    expect(batch.mayGoOn).toBe(true);
  });

  it('does not rest while more is there already: before the end of the events, or after a whole batch', async () => {
    expect((await trial.hand(1n, 3, false)).mayGoOn).toBe(true);
    expect((await trial.hand(2n, 10)).mayGoOn).toBe(true);
    expect(trial.rests).toEqual([]);
  });

  it('stops without resting to the end', async () => {
    const batch = await trial.hand(1n, 3);
    await trial.worker.stop();
    expect(batch.mayGoOn).toBe(true);
  });
});
