import { chanceOf, type Chance } from './chance';
import type { Charger, FleetPlan } from './charger';
import { chargerOf } from './charger';
import { chargingAt, energyUntil, nextArrival, type Charging } from './charging';
import { clockOf } from './clock';
import { countingOf, inSteps, type Counting, type Epoch } from './counting';
import { damaged } from './damage';
import { delivered, type Sent } from './delivery';
import { FAULTS, FAULT_NAMES, type FaultName } from './faults';
import { messageText } from './messages';
import { storyOf, type Context } from './story';
import { truthOf, type Truth } from './truth';

/** A message as it reaches the ledger. */
export interface Message {
  readonly deliveredMs: number;
  readonly text: string;
}

/** A session with all that ever arrives of it, in order of arrival. */
export interface SimulatedSession {
  readonly startMs: number;
  readonly truth: Truth;
  readonly messages: readonly Message[];
}

interface Lane {
  readonly connector: number;
  arrivalMs: number;
  registerMwh: bigint;
  exportedMwh: bigint;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The sessions of one charger, in order of their starts. Each charger is drawn from a chance of its own. */
export function* sessionsOf(plan: FleetPlan, number: number): Generator<SimulatedSession> {
  const charger = chargerOf(plan, number);
  const chance = chanceOf(plan.seed, 'sessions', number);
  const run = new ChargerRun(plan, charger, chance);
  const lanes = Array.from({ length: charger.connectors }, (_, at): Lane => {
    const arrivalMs = nextArrival(plan.fromMs + chance.whole(0, 3_600) * 1_000, charger.kind, chance);
    const registerMwh = BigInt(chance.whole(200, 60_000)) * 1_000_000n + BigInt(chance.whole(0, 999_999));
    return { connector: at + 1, arrivalMs, registerMwh, exportedMwh: 0n };
  });
  const endMs = plan.days === undefined ? Infinity : plan.fromMs + plan.days * DAY_MS;
  for (let done = 0; done < (plan.sessions ?? Infinity);) {
    const lane = lanes.reduce((one, other) => (other.arrivalMs < one.arrivalMs ? other : one));
    if (lane.arrivalMs >= endMs) return;
    const visit = run.visit(lane);
    yield* visit;
    done += visit.length;
  }
}

class ChargerRun {
  private transactions = 0;
  private messages = 0;

  constructor(
    private readonly plan: FleetPlan,
    private readonly charger: Charger,
    private readonly chance: Chance,
  ) {}

  /** A car comes, and after a loss of power goes on under a new transaction. */
  visit(lane: Lane): readonly SimulatedSession[] {
    const { chance, charger } = this;
    const faults = this.drawnFaults();
    const charging = chargingAt(lane.arrivalMs, charger, chance, faults.has('v2g-export'));
    lane.arrivalMs = nextArrival(charging.endMs + MINUTE_MS, charger.kind, chance);
    if (!faults.has('power-loss')) return [this.session(lane, charging, faults)];
    const cutMs = chance.whole(charging.startMs / 1_000 + 60, charging.endMs / 1_000 - 60) * 1_000;
    const darkMs = chance.whole(1, 10) * MINUTE_MS;
    lane.arrivalMs += darkMs;
    const isTold = chance.happens(0.5);
    const before = new Set<FaultName>([...faults, ...(isTold ? [] : ['stop-lost' as const])]);
    const first = this.session(lane, cutAt(charging, cutMs, 'before'), before);
    const second = this.session(lane, cutAt(charging, cutMs, 'after', darkMs), new Set<FaultName>(['power-loss']));
    return [first, second];
  }

  private drawnFaults(): ReadonlySet<FaultName> {
    const { plan, chance, charger } = this;
    const drawn = FAULT_NAMES.filter((name) => FAULTS[name].of === 'sessions' && chance.happens(plan.faults[name]));
    const isOld = charger.format === 'ocpp1.6';
    return new Set(drawn.filter((name) => isOld || !OF_OCPP_16.has(name)));
  }

  private session(lane: Lane, charging: Charging, faults: ReadonlySet<FaultName>): SimulatedSession {
    const { charger, chance, plan } = this;
    const count = this.transactions;
    this.transactions += 1;
    const meter = meterOf(lane, charging, { charger, faults, chance });
    const counting = countingOf(charging, charger, meter.epochs, lane.exportedMwh);
    const registerMwh = counting.life(charging.startMs).registerMwh;
    const story = storyOf({
      charger,
      charging,
      counting,
      chance,
      transaction: transactionId(charger, count),
      extra: meter.extra,
      feedsBack: faults.has('v2g-export'),
    });
    const alias = `${9_000_000 + count}`;
    const told = damaged(story, { charger, chance, faults, registerMwh, alias });
    const sent = delivered(told, faults, chance);
    lane.registerMwh = counting.life(charging.endMs).registerMwh;
    lane.exportedMwh = counting.exportedMwh(charging.endMs);
    const clock = clockOf(charger, charging, faults, chance);
    const messages = this.written(sent, { lane, clock, token: `SIM${chance.whole(1, 500)}` });
    const shownMwh = faults.size + charger.traits.size > 0 ? undefined : shownBetween(counting, charging, charger);
    const truth = truthOf(charger, {
      charging,
      connector: lane.connector,
      clock,
      faults,
      told,
      sent,
      counts: meter.epochs.length,
      shownMwh,
    });
    return { startMs: charging.startMs, truth, messages: withDuplicates(messages, plan.duplicates, chance) };
  }

  private written(
    sent: readonly Sent[],
    about: { readonly lane: Lane; readonly clock: ReturnType<typeof clockOf>; readonly token: string },
  ): readonly Message[] {
    const { charger } = this;
    const ids = new Map<Sent['told'], string>();
    const calls = new Map<string, string>();
    return sent.map((one) => {
      const { told } = one;
      const isSameEvent = charger.format === 'cloudevents' && told.seqNo === undefined;
      const known = isSameEvent ? ids.get(told) : undefined;
      if (known === undefined) this.messages += 1;
      const id = known ?? `${charger.station}/${this.messages}`;
      ids.set(told, id);
      if (told.kind === 'start' && told.call !== undefined && !calls.has(told.call)) calls.set(told.call, id);
      const call = calls.get(told.call ?? '') ?? `${id}/never-heard`;
      const { lane, clock, token } = about;
      const text = messageText(one, { charger, connector: lane.connector, clock, token, id, call });
      return { deliveredMs: one.deliveredMs, text };
    });
  }
}

/** The energy that the ends of a sound session show; unknown where the readings are coarser than the messages. */
function shownBetween(counting: Counting, { startMs, endMs }: Charging, charger: Charger): bigint | undefined {
  const isOld = charger.format === 'ocpp1.6';
  if (isOld && charger.stepMwh > WHOLE_WH) return undefined;
  const stepMwh = isOld && !charger.repeatsSamples ? WHOLE_WH : charger.stepMwh;
  const [start, end] = [startMs, endMs].map((atMs) => inSteps(counting.reading(atMs).registerMwh, stepMwh));
  return (end ?? 0n) - (start ?? 0n);
}

const WHOLE_WH = 1_000n;

const OF_OCPP_16: ReadonlySet<FaultName> = new Set<FaultName>(['answer-lost', 'transaction-reanswered']);

/** After how many sessions a charger that forgets begins with its ids anew. */
const REUSED_AFTER = 4;

function transactionId({ format, traits, station }: Charger, count: number): string {
  const isReused = traits.has('transaction-reused');
  if (format === 'ocpp1.6') return `${isReused ? 1 + (count % REUSED_AFTER) : 1_000 + count}`;
  return isReused ? `tx-${count % REUSED_AFTER}` : `${station}-${count}`;
}

interface MeterDuring {
  readonly epochs: readonly [Epoch, ...Epoch[]];
  readonly extra: readonly { readonly atMs: number; readonly context: Context }[];
}

/** What happens to the meter: nothing, a reset, an exchange; or it comes to the end of its range. */
function meterOf(
  lane: Lane,
  charging: Charging,
  about: { readonly charger: Charger; readonly faults: ReadonlySet<FaultName>; readonly chance: Chance },
): MeterDuring {
  const { charger, faults, chance } = about;
  const { startMs, endMs } = charging;
  const wholeMwh = energyUntil(charging, endMs);
  const beforeEndMwh = (wholeMwh * BigInt(chance.whole(10, 90))) / 100n;
  const registerMwh = faults.has('roll-over') ? charger.rangeMwh - beforeEndMwh : lane.registerMwh;
  const first: Epoch = { fromMs: startMs, registerMwh };
  const changedMs = Math.floor(startMs + (endMs - startMs) * (0.1 + 0.8 * chance.next()));
  const isRead = chance.happens(0.5);
  if (faults.has('meter-swapped')) {
    const second: Epoch = { fromMs: changedMs, registerMwh: BigInt(chance.whole(0, 20_000)) * 1_000_000n };
    const extra = [
      { atMs: changedMs - 1, context: 'Interruption.Begin' as const },
      { atMs: changedMs, context: 'Interruption.End' as const },
    ];
    return { epochs: [first, second], extra: isRead ? extra : [] };
  }
  if (faults.has('register-reset')) {
    const extra = [{ atMs: changedMs, context: 'Sample.Periodic' as const }];
    return { epochs: [first, { fromMs: changedMs, registerMwh: 0n }], extra: isRead ? extra : [] };
  }
  return { epochs: [first], extra: [] };
}

/** One side of a charging that was cut; the side after it goes on when the power is back. */
function cutAt(charging: Charging, cutMs: number, side: 'before' | 'after', darkMs = 0): Charging {
  const stretches = charging.stretches.flatMap((stretch) => {
    const fromMs = side === 'before' ? stretch.fromMs : Math.max(stretch.fromMs, cutMs) + darkMs;
    const toMs = side === 'before' ? Math.min(stretch.toMs, cutMs) : stretch.toMs + darkMs;
    return toMs > fromMs ? [{ ...stretch, fromMs, toMs }] : [];
  });
  return {
    startMs: side === 'before' ? charging.startMs : cutMs + darkMs,
    endMs: side === 'before' ? cutMs : charging.endMs + darkMs,
    stretches,
  };
}

function withDuplicates(messages: readonly Message[], share: number, chance: Chance): readonly Message[] {
  const all = messages.flatMap((message) => {
    if (!chance.happens(share)) return [message];
    return [message, { ...message, deliveredMs: message.deliveredMs + chance.whole(1, 3_600) * 1_000 }];
  });
  return all.sort((one, other) => one.deliveredMs - other.deliveredMs);
}
