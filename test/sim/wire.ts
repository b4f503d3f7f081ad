import type { Chance } from './chance';
import { NO_FAULTS, fateOf } from './faults';
import type { Fate, FaultWeights } from './faults';
import type { Happening } from './happenings';
import type { Schedule } from './schedule';

/** One generation of a process. Calls of one that died are never answered. */
export class Life {
  isAlive = true;

  constructor(
    readonly name: string,
    /** Ends the process: it may be born again as another life. */
    readonly onDeath: (life: Life) => void = () => undefined,
  ) {}

  die(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.onDeath(this);
  }
}

/** A call of a port: what it does to the engine, and how the engine fails. */
export interface Call<Answer> {
  readonly label: string;
  readonly apply: () => Answer;
  /** The engine does not serve: nothing happened. Absent where the port promises to answer. */
  readonly unavailable?: () => Error;
  /** It may have happened or not. Absent where the port knows no such error. */
  readonly unknown?: () => Error;
  /** A beginning of it happens. */
  readonly tear?: () => void;
}

/** The way from processes to engines: every call is an entry of the schedule and meets its fate when it is popped. */
export interface Wire {
  readonly schedule: Schedule;
  call<Answer>(life: Life, call: Call<Answer>): Promise<Answer>;
  /** Fulfilled when `listen` calls back, as the process hears of it. */
  heard(life: Life, listen: (hear: () => void) => void): Promise<void>;
}

/** Between a call and its late effect, in ms. */
const LATE_MS = 3_000;

/** The wire of a simulation, with its faults. */
export class FaultyWire implements Wire {
  /** When the last call of each life arrives: later calls of the same life do not overtake. */
  private readonly arrivals = new WeakMap<Life, number>();
  weights: FaultWeights = NO_FAULTS;
  /** What has happened by now. */
  readonly met = new Set<Happening>();

  constructor(
    readonly schedule: Schedule,
    private readonly chance: Chance,
  ) {}

  call<Answer>(life: Life, call: Call<Answer>): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { now } = this.schedule;
    const arrival = Math.max(this.arrivals.get(life) ?? 0, now + this.chance.below(this.weights.latencyMs + 1));
    this.arrivals.set(life, arrival);
    this.schedule.after(arrival - now, `${life.name} ${call.label}`, () => {
      if (life.isAlive) this.meet(life, call, { resolve, reject });
      else if (this.chance.happens(this.weights.late * 4)) this.applyUnheard(call);
    });
    return promise;
  }

  heard(life: Life, listen: (hear: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const hear = (): void => {
        if (life.isAlive) resolve();
      };
      listen(() => this.schedule.after(1, `${life.name} hears`, hear));
    });
  }

  private meet<Answer>(life: Life, call: Call<Answer>, settle: Settle<Answer>): void {
    const fate = this.fateOf(call);
    if (fate === 'fine') {
      answer(call, settle);
      return;
    }
    this.schedule.note(fate);
    this.met.add(NAMES[fate]);
    if (fate === 'crash') {
      if (this.chance.happens(0.5)) this.applyUnheard(call);
      life.die();
    } else if (fate === 'unavailable') settle.reject(call.unavailable?.());
    else {
      this.leaveUnknown(fate, call);
      settle.reject(call.unknown?.());
    }
  }

  private leaveUnknown(fate: 'applied' | 'lost' | 'late' | 'torn', call: Call<unknown>): void {
    if (fate === 'applied') this.applyUnheard(call);
    if (fate === 'late') this.schedule.after(this.chance.below(LATE_MS), 'late effect', () => this.applyUnheard(call));
    if (fate === 'torn') call.tear?.();
  }

  private fateOf(call: Call<unknown>): Fate {
    const fate = fateOf(this.weights, this.chance);
    if (fate === 'fine' || fate === 'crash') return fate;
    if (fate === 'unavailable') return call.unavailable === undefined ? 'fine' : fate;
    if (fate === 'torn' && call.tear === undefined) return 'fine';
    return call.unknown === undefined ? 'fine' : fate;
  }

  /** It takes effect, and nobody hears of it, nor of why it did not. */
  private applyUnheard(call: Call<unknown>): void {
    try {
      call.apply();
    } catch (error) {
      this.schedule.note(error instanceof Error ? error.message : 'refused');
    }
  }
}

const NAMES = {
  crash: 'crash',
  unavailable: 'unavailable',
  applied: 'unknown: applied',
  lost: 'unknown: lost',
  late: 'unknown: late',
  torn: 'torn batch',
} as const satisfies Record<Exclude<Fate, 'fine'>, Happening>;

interface Settle<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

function answer<Answer>(call: Call<Answer>, { resolve, reject }: Settle<Answer>): void {
  try {
    resolve(call.apply());
  } catch (error) {
    reject(error);
  }
}

/** A wire without delay and faults, for whoever looks at the engines from outside. */
export function directWire(schedule: Schedule): Wire {
  return {
    schedule,
    call: (_, call) =>
      new Promise((resolve, reject) => {
        answer(call, { resolve, reject });
      }),
    heard: (_, listen) => new Promise(listen),
  };
}
