import { HAPPENINGS } from '../happenings';
import type { Happening } from '../happenings';
import type { Run } from '../run';

/** A seed that broke something. */
export type Failure = Pick<Run, 'seed' | 'trace' | 'breaches'>;

/** What some seeds came to. */
export interface Outcome {
  readonly passed: number;
  readonly failures: readonly Failure[];
  /** In how many seeds each thing happened. */
  readonly met: Readonly<Partial<Record<Happening, number>>>;
  /** Calls of ports and other entries of the queue. */
  readonly steps: number;
}

/** Nothing has run yet. */
export const NOTHING_RUN: Outcome = { passed: 0, failures: [], met: {}, steps: 0 };

/** From so many seeds on, each of the happenings has to be met by one of them at least. */
export const COVERAGE_FROM_SEEDS = 1_000;

/** Failures that are told in full, and breaches of each; the others are counted. */
const FAILURES_TOLD_MAX = 10;
const BREACHES_TOLD_MAX = 8;

/** What a single run came to. */
export function outcomeOf({ seed, trace, breaches, met, steps }: Run): Outcome {
  const isPassed = breaches.length === 0;
  return {
    passed: isPassed ? 1 : 0,
    failures: isPassed ? [] : [{ seed, trace, breaches }],
    met: Object.fromEntries(met.map((happening) => [happening, 1])),
    steps,
  };
}

/** Both together. */
export function sumOf(one: Outcome, other: Outcome): Outcome {
  const met = HAPPENINGS.map(
    (happening) => [happening, (one.met[happening] ?? 0) + (other.met[happening] ?? 0)] as const,
  );
  return {
    passed: one.passed + other.passed,
    failures: [...one.failures, ...other.failures],
    met: Object.fromEntries(met),
    steps: one.steps + other.steps,
  };
}

/** What no seed met, though there were enough of them. */
export function notMet({ passed, failures, met }: Outcome): readonly Happening[] {
  if (passed + failures.length < COVERAGE_FROM_SEEDS) return [];
  return HAPPENINGS.filter((happening) => (met[happening] ?? 0) === 0);
}

/** The seeds that failed, in their order, each with the command, and its options, that runs it again. */
export function failuresText({ failures }: Outcome, options = ''): string {
  const inOrder = failures.toSorted((one, other) => one.seed - other.seed);
  const told = inOrder.slice(0, FAILURES_TOLD_MAX).map(({ seed, trace, breaches }) => {
    const lines = breaches.slice(0, BREACHES_TOLD_MAX).map((breach) => `  ${breach}\n`);
    const others = breaches.length - lines.length;
    const rest = others > 0 ? `  and ${others} more\n` : '';
    return `seed ${seed} (trace ${trace}): npm run test:sim -- --seed ${seed}${options}\n${lines.join('')}${rest}`;
  });
  const others = inOrder.length - told.length;
  const rest =
    others > 0
      ? `and ${others} more seeds: ${inOrder
          .slice(told.length)
          .map(({ seed }) => seed)
          .join(' ')}\n`
      : '';
  return told.join('') + rest;
}

/** In how many seeds each thing happened, a line each. */
export function coverageText({ passed, failures, met }: Outcome): string {
  const seeds = passed + failures.length;
  const lines = HAPPENINGS.map((happening) => {
    const count = met[happening] ?? 0;
    return `  ${happening.padEnd(32)}${String(count).padStart(8)} ${share(count, seeds).padStart(6)}\n`;
  });
  return `Of ${seeds} seeds met\n${lines.join('')}`;
}

function share(count: number, seeds: number): string {
  return seeds === 0 ? '' : `${((100 * count) / seeds).toFixed(1)}%`;
}
