import { accept, BILLING, BILLING_PREFIXES } from '@ledger/usecases';
import type { Accepted, Message } from '@ledger/usecases';

import type { Chance } from '../chance';
import { FeedLog } from '../engines/feed-log';
import { SimRandom, momentOf } from '../engines/machine';
import { KeyVault } from '../engines/sim-key-store';
import { Tables } from '../engines/tables';
import { NO_FAULTS } from '../faults';
import type { FaultWeights } from '../faults';
import type { Happening } from '../happenings';
import { Schedule } from '../schedule';
import { FaultyWire } from '../wire';
import { TENANT, WORLD_START_MS, logWithBook } from './book';
import type { Evidence } from './evidence';
import { Gateways } from './gateways';
import { Process, isPassing } from './process';
import type { Engines } from './engines';
import type { Surroundings } from './process';
import type { Product } from './product';
import { CONSUMED, billing, ingestion, ledger, publisher } from './workers';
import type { Setup } from './workers';

/** How many of each there are, and how they are set up. */
export interface Plan extends Setup {
  readonly ingestions: number;
  readonly ledgers: number;
  readonly billings: number;
  /** Within how many ms all requests begin. */
  readonly sendWithinMs: number;
  /** Share of the requests that gateways write to the feed themselves. */
  readonly topicShare: number;
  readonly weights: FaultWeights;
}

/** A world in which nothing goes wrong: one process of each kind, everything in order and at once. */
export const CALM: Plan = {
  ingestions: 1,
  ledgers: 1,
  billings: 1,
  batchMax: 500,
  statesHeld: 100,
  closeEveryMs: 60_000,
  sendWithinMs: 0,
  topicShare: 0,
  weights: NO_FAULTS,
};

/** How a disturbed world is made. */
export function drawPlan(chance: Chance, weights: FaultWeights): Plan {
  return {
    ingestions: chance.between(1, 2),
    ledgers: chance.between(1, 2),
    billings: chance.happens(0.25) ? 2 : 1,
    batchMax: chance.pick([1, 3, 8, 500]),
    statesHeld: chance.pick([1, 3, 100]),
    closeEveryMs: 60_000,
    sendWithinMs: chance.pick([0, 200, 3_000]),
    topicShare: chance.pick([0, 0, 0.5]),
    weights,
  };
}

/** What a world begins with. */
export interface Beginning {
  readonly plan: Plan;
  readonly evidence: Evidence;
  readonly product: Product;
  readonly chance: Chance;
}

/** How long things may go wrong, and how often trouble looks for somebody, in ms. */
const FAULTS_MS = 12_000;
const TROUBLE_EVERY_MS = 400;
/** Most entries of one phase: what has not drained by then never will. */
const PHASE_STEPS_MAX = 30_000;
/** After so long everything that is due is closed. */
const CLOSING_MS = 3 * 86_400_000;
const HOUR_MS = 3_600_000;
/** Looks of each closer after that time. */
const LOOKS = 3;

/** Engines, processes and gateways of one run. */
export class World {
  readonly defects: unknown[] = [];
  readonly schedule: Schedule;
  readonly gateways: Gateways;
  private readonly wire: FaultyWire;
  private readonly ingestions: Process[] = [];
  private readonly ledgers: Process[] = [];
  private readonly billings: Process[] = [];
  private readonly publishers: Process[] = [];
  private looks = 0;
  private areFaultsOver = false;
  private isPublished = false;

  private readonly plan: Plan;
  private readonly product: Product;
  private readonly chance: Chance;
  private readonly evidence: Evidence;

  private constructor(
    readonly engines: Engines,
    { plan, product, chance, evidence }: Beginning,
  ) {
    [this.plan, this.product, this.chance, this.evidence] = [plan, product, chance, evidence];
    this.schedule = new Schedule(WORLD_START_MS);
    this.wire = new FaultyWire(this.schedule, chance);
    this.wire.weights = plan.weights;
    this.gateways = new Gateways(this.wire, chance, {
      intake: (messages) => this.intake(messages),
      topic: (messages) => this.takeFromTopic(messages),
      topicShare: plan.topicShare,
    });
    this.boot();
  }

  static async open(beginning: Beginning): Promise<World> {
    const vault = new KeyVault(new SimRandom(beginning.chance));
    const engines = { log: await logWithBook(), feed: new FeedLog(), tables: new Tables(), vault };
    return new World(engines, beginning);
  }

  /** What has happened by now. */
  get met(): ReadonlySet<Happening> {
    return this.wire.met;
  }

  /** Sends everything while things go wrong, then heals. Tells whether all of it arrived everywhere. */
  async live(): Promise<boolean> {
    this.gateways.send(this.evidence, this.plan.sendWithinMs);
    if (this.chance.happens(this.plan.weights.network)) this.letStrangerWrite();
    if (this.plan.weights !== NO_FAULTS) {
      this.schedule.after(FAULTS_MS, 'faults end', () => (this.areFaultsOver = true));
      this.schedule.after(TROUBLE_EVERY_MS, 'trouble', () => this.trouble());
      await this.schedule.run(() => this.areFaultsOver || this.hasDrained(), PHASE_STEPS_MAX);
      this.heal();
    }
    return this.schedule.run(() => this.hasDrained(), PHASE_STEPS_MAX);
  }

  /** Lets the time pass after which everything is closed that is due. Tells whether all of it arrived everywhere. */
  async close(): Promise<boolean> {
    this.schedule.jump(CLOSING_MS);
    this.looks = 0;
    const enough = LOOKS * this.plan.ledgers;
    return this.schedule.run(() => this.looks >= enough && this.hasDrained(), PHASE_STEPS_MAX);
  }

  private get processes(): readonly Process[] {
    return [...this.ingestions, ...this.ledgers, ...this.billings, ...this.publishers];
  }

  private boot(): void {
    const { plan, product, wire, engines, chance } = this;
    const around: Surroundings = { wire, engines, chance, product, onDefect: (error) => void this.defects.push(error) };
    for (let n = 0; n < plan.ingestions; n += 1) {
      this.ingestions.push(new Process(`ingestion${n}`, around, (ports) => ingestion(ports, product, plan)));
    }
    for (let n = 0; n < plan.ledgers; n += 1) {
      this.ledgers.push(new Process(`ledger${n}`, around, (ports) => ledger(ports, product, plan, () => this.look())));
    }
    for (let n = 0; n < plan.billings; n += 1) {
      this.billings.push(new Process(`billing${n}`, around, (ports) => billing(ports, plan)));
    }
    const { publications } = this.evidence;
    const work = {
      publications,
      pauseMs: () => chance.below(plan.sendWithinMs + 1),
      onPublished: () => void (this.isPublished = true),
    };
    this.isPublished = publications.length === 0;
    if (!this.isPublished) this.publishers.push(new Process('publisher', around, (ports) => publisher(ports, work)));
  }

  private letStrangerWrite(): void {
    this.wire.met.add('a stranger wrote');
    const messages = [{ key: `${TENANT}:ST-1`, value: 'garbage' }];
    this.engines.feed.publish('meter-events', messages, momentOf(this.schedule.now));
  }

  private takeFromTopic(messages: readonly Message[]): void {
    const records = messages.map(({ text }) => ({ key: null, value: text }));
    this.engines.feed.publish('gateway-messages', records, momentOf(this.schedule.now));
  }

  private look(): void {
    this.looks += 1;
  }

  private intake(messages: readonly Message[]): Promise<Accepted> | undefined {
    const { ports } = this.chance.pick(this.ingestions);
    if (ports === undefined) return undefined;
    const accepted = accept(ports, { tenant: TENANT }, messages);
    accepted.catch((error: unknown) => {
      if (ports.life.isAlive && !isPassing(error)) this.defects.push(error);
    });
    return accepted;
  }

  /** Everything that goes wrong by itself, not at a call. */
  private trouble(): void {
    if (this.areFaultsOver) return;
    const { chance, engines, schedule } = this;
    const { rebalance, clock, engineCrash } = this.plan.weights;
    if (chance.happens(rebalance * 5)) {
      this.wire.met.add('partitions moved');
      engines.feed.rebalance(chance.happens(0.5), schedule.now + chance.below(3_000));
    }
    if (chance.happens(clock * 5)) this.skewSomebody();
    if (chance.happens(clock * 2)) {
      this.wire.met.add('clock jumped');
      schedule.jump(chance.between(1, 30) * HOUR_MS);
    }
    if (chance.happens(engineCrash * 3)) {
      this.wire.met.add('power lost');
      this.product.powerFails(engines);
      for (const process of this.processes) process.kill();
    }
    schedule.after(TROUBLE_EVERY_MS, 'trouble', () => this.trouble());
  }

  private skewSomebody(): void {
    const { ports } = this.chance.pick(this.processes);
    if (ports === undefined) return;
    this.wire.met.add('clock off');
    ports.clock.skewMs += this.chance.between(-600_000, 600_000);
  }

  private heal(): void {
    this.areFaultsOver = true;
    this.schedule.note('healed');
    this.wire.weights = NO_FAULTS;
    const [, second] = this.billings;
    if (second === undefined) return;
    second.isWanted = false;
    second.kill();
  }

  private hasDrained(): boolean {
    const { feed, log, tables } = this.engines;
    if (this.gateways.open > 0 || !this.isPublished) return false;
    if (CONSUMED.some(([topic, group]) => feed.lag(topic, group) > 0)) return false;
    return log.after({ prefixes: BILLING_PREFIXES, after: tables.checkpoint(BILLING) }).events.length === 0;
  }
}
