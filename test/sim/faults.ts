import type { Chance } from './chance';

/** How often what goes wrong, as shares of all calls; drawn for each seed, many of them zero. */
export interface FaultWeights {
  /** The process dies at a call: before it takes effect, or after. */
  readonly crash: number;
  /** The process dies at a named step of a use case. */
  readonly crashAtStep: number;
  /** The engine refuses to serve; nothing happened. */
  readonly unavailable: number;
  /** The outcome is not known: it took effect. */
  readonly applied: number;
  /** The outcome is not known: it did not take effect. */
  readonly lost: number;
  /** The outcome is not known, and it takes effect later. */
  readonly late: number;
  /** Only a beginning of the batch takes effect, and the outcome is not known. */
  readonly torn: number;
  /** A gateway's request or its answer gets lost. */
  readonly network: number;
  /** Each world may once in a while see its partitions divided anew, with two owners for a while. */
  readonly rebalance: number;
  /** Clocks of processes jump, and time passes for all. */
  readonly clock: number;
  /** An engine loses power; what it did not sync is gone. */
  readonly engineCrash: number;
  /** Longest time that a call takes, in ms. */
  readonly latencyMs: number;
}

/** Nothing goes wrong. */
export const NO_FAULTS: FaultWeights = {
  crash: 0,
  crashAtStep: 0,
  unavailable: 0,
  applied: 0,
  lost: 0,
  late: 0,
  torn: 0,
  network: 0,
  rebalance: 0,
  clock: 0,
  engineCrash: 0,
  latencyMs: 1,
};

/** Draws the weights of a run: half of the kinds are off, the others are rare or frequent. */
export function drawWeights(chance: Chance): FaultWeights {
  const draw = (most: number): number => (chance.happens(0.5) ? 0 : most * chance.share() ** 2);
  return {
    crash: draw(0.03),
    crashAtStep: draw(0.15),
    unavailable: draw(0.15),
    applied: draw(0.15),
    lost: draw(0.15),
    late: draw(0.1),
    torn: draw(0.2),
    network: draw(0.3),
    rebalance: draw(0.05),
    clock: draw(0.03),
    engineCrash: draw(0.03),
    latencyMs: chance.pick([1, 5, 40, 400]),
  };
}

/** What becomes of one call. */
export type Fate = 'fine' | 'crash' | 'unavailable' | 'applied' | 'lost' | 'late' | 'torn';

const FATES = ['crash', 'unavailable', 'applied', 'lost', 'late', 'torn'] as const;

/** The fate of the next call. */
export function fateOf(weights: FaultWeights, chance: Chance): Fate {
  let share = chance.share();
  for (const fate of FATES) {
    share -= weights[fate];
    if (share < 0) return fate;
  }
  return 'fine';
}
