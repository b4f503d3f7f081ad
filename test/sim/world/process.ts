import { StaleBatch } from '@ledger/ports';
import type { CrashPoint, EventStore, FeedBatch, KeyStore, MeterFeed, ReadModel } from '@ledger/ports';

import type { Chance } from '../chance';
import { SimClock, SimRandom } from '../engines/machine';
import { SimEventStore } from '../engines/sim-event-store';
import { SimKeyStore } from '../engines/sim-key-store';
import { SimMeterFeed } from '../engines/sim-meter-feed';
import { SimReadModel } from '../engines/sim-read-model';
import { Life } from '../wire';
import type { FaultyWire } from '../wire';
import type { Engines } from './engines';
import type { Product } from './product';

/** What every process of a world shares. */
export interface Surroundings {
  readonly engines: Engines;
  readonly wire: FaultyWire;
  readonly chance: Chance;
  readonly product: Product;
  /** An error that no process may ever meet. */
  readonly onDefect: (error: unknown) => void;
}

/** What a process works with while it lives. */
export interface Ports {
  readonly life: Life;
  readonly store: EventStore;
  readonly feed: MeterFeed;
  readonly model: ReadModel;
  readonly keys: KeyStore;
  readonly clock: SimClock;
  readonly random: SimRandom;
  readonly crash: CrashPoint;
}

/** Thrown at a named step where the process dies: nothing behind it happens. */
class Killed extends Error {}

/** Errors that pass by themselves, as the platform knows them. */
const PASSING = new Set([
  'feed-unavailable',
  'feed-full',
  'store-unavailable',
  'outcome-unknown',
  'revision-conflict',
  'read-model-unavailable',
  'checkpoint-conflict',
]);

/** Waits between tries while an engine cannot be reached, in ms. */
const WAIT_FIRST_MS = 100;
const WAIT_LONGEST_MS = 2_000;

/** How often a step is tried before the process gives up, ends, and is born again. */
const TRIES_MAX = 8;

/** How long a dead process is dead, and how long the broker takes to notice, in ms. */
const REBIRTH_MS = 1_000;
const EXPIRY_MS = 3_000;

/** A process that is born again when it dies. Each life begins with nothing but what the engines hold. */
export class Process {
  private current: Ports | undefined;
  private generation = 0;
  isWanted = true;

  constructor(
    private readonly name: string,
    private readonly around: Surroundings,
    private readonly work: (ports: Ports) => Promise<void>,
  ) {
    this.boot();
  }

  /** The ports of the present life; undefined while it is dead. */
  get ports(): Ports | undefined {
    return this.current;
  }

  kill(): void {
    this.current?.life.die();
  }

  private boot(): void {
    if (this.current !== undefined || !this.isWanted) return;
    this.generation += 1;
    const { wire, engines, chance, product } = this.around;
    const life = new Life(`${this.name}.${this.generation}`, () => this.buried(feed));
    const feed = new SimMeterFeed(wire, life, engines.feed);
    const ports: Ports = {
      life,
      store: product.store(new SimEventStore(wire, life, engines.log)),
      feed: product.feed(feed),
      model: product.model(new SimReadModel(wire, life, engines.tables)),
      keys: new SimKeyStore(wire, life, engines.vault),
      clock: new SimClock(
        wire.schedule,
        life,
        chance.happens(wire.weights.clock * 5) ? chance.between(-600_000, 600_000) : 0,
      ),
      random: new SimRandom(chance),
      crash: (step) => this.reach(life, step),
    };
    this.current = ports;
    this.work(ports).catch((error: unknown) => this.fail(life, error));
  }

  private reach(life: Life, step: string): void {
    const { wire, chance } = this.around;
    if (life.isAlive && !chance.happens(wire.weights.crashAtStep)) return;
    wire.schedule.note(`killed ${step}`);
    wire.met.add('crash at a step');
    life.die();
    throw new Killed(`killed at ${step}`);
  }

  /** A worker that died is a dead process. */
  private fail(life: Life, error: unknown): void {
    if (!life.isAlive) return;
    if (!(error instanceof Killed) && !isPassing(error)) this.around.onDefect(error);
    life.die();
  }

  private buried(feed: SimMeterFeed): void {
    this.current = undefined;
    const { wire, chance } = this.around;
    wire.schedule.after(chance.below(EXPIRY_MS), `${this.name} expires`, () => feed.expire());
    wire.schedule.after(chance.below(REBIRTH_MS), `${this.name} is born`, () => this.boot());
  }
}

/** Does a step, and does it again while an engine cannot be reached, as the platform does. @throws what the step throws */
export async function waitingOut<Answer>(
  { clock }: Pick<Ports, 'clock'>,
  step: () => Promise<Answer>,
  goOn: () => Promise<void> = () => Promise.resolve(),
): Promise<Answer> {
  for (let tries = 1, waitMs = WAIT_FIRST_MS; ; tries += 1, waitMs = Math.min(waitMs * 2, WAIT_LONGEST_MS)) {
    try {
      return await step();
    } catch (error) {
      if (!isPassing(error) || tries >= TRIES_MAX) throw error;
    }
    await clock.sleep(waitMs);
    await goOn();
  }
}

/** A batch that was taken away is given up; one that is ours is kept alive. @throws StaleBatch */
export async function stillOurs(batch: FeedBatch): Promise<void> {
  if (batch.isStale()) throw new StaleBatch('the partition was asked for');
  await batch.heartbeat();
}

/** Tells whether the error passes by itself. */
export function isPassing(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && PASSING.has(code);
}
