import type { ReadingContext } from '@ledger/meter';
import type { Quantity } from '@ledger/units';
import type { Finding } from '../assessment';
import type { Sample } from './readings';

/** A total at a moment: over all phases, at one location. */
export interface Point {
  readonly time: number;
  readonly value: Quantity;
  readonly context: ReadingContext;
  /** Stated by the start or stop message itself (OCPP 1.6, meterStart and meterStop). */
  readonly isEdge: boolean;
}

/** The points of one measurand, in order of time, and what had to be left out. */
export interface Points {
  readonly points: readonly Point[];
  readonly findings: readonly Finding[];
}

const LOCATIONS = ['Outlet', 'Cable', 'Inlet', 'Body', 'EV', 'Upstream'];
const PHASES: Readonly<Record<string, string>> = {
  L1: 'L1',
  L2: 'L2',
  L3: 'L3',
  'L1-N': 'L1',
  'L2-N': 'L2',
  'L3-N': 'L3',
};
/** Stations cut times to seconds, so the readings before and after a meter was exchanged may share one. */
const CONTEXT_RANK: Readonly<Partial<Record<ReadingContext, number>>> = {
  'Transaction.Begin': 0,
  'Interruption.Begin': 2,
  'Interruption.End': 3,
  'Transaction.End': 4,
};

/**
 * Makes totals of samples: at one location, the outlet if it has any; the value without phase where there is one, else
 * the sum of the phases, which all must be stated; a lone phase is the total. Never a total and its phases together.
 */
export function pointsOf(samples: readonly Sample[]): Points {
  const location = LOCATIONS.find((place) => samples.some((sample) => sample.location === place));
  const here = samples.filter((sample) => sample.location === location);
  const totals = here.filter(({ phase }) => phase === undefined);
  const summed = totals.length > 0 ? { points: totals.map(pointOf), findings: [] } : sumOfPhases(here);
  const elsewhere = location === undefined || location === 'Outlet' ? [] : [locationFinding(location)];
  return { points: inOrder(summed.points), findings: [...elsewhere, ...summed.findings] };
}

/** Points by time, at one time the begin first and the end last, then by value; each one once. */
export function inOrder(points: readonly Point[]): readonly Point[] {
  const sorted = [...points].sort(
    (one, other) => one.time - other.time || rankOf(one) - rankOf(other) || one.value.compare(other.value),
  );
  return sorted.filter((point, index) => {
    const before = sorted[index - 1];
    return before?.time !== point.time || !before.value.eq(point.value);
  });
}

function rankOf({ context }: Point): number {
  return CONTEXT_RANK[context] ?? 1;
}

function pointOf({ time, value, context }: Sample): Point {
  return { time, value, context, isEdge: false };
}

function sumOfPhases(samples: readonly Sample[]): Points {
  const moments = new Map<string, Map<string, Sample>>();
  const phases = new Set<string>();
  for (const sample of samples) {
    const phase = PHASES[sample.phase ?? ''];
    if (phase === undefined) continue;
    phases.add(phase);
    const key = `${sample.time} ${sample.context}`;
    const moment = moments.get(key) ?? new Map<string, Sample>();
    const before = moment.get(phase);
    if (before === undefined || sample.value.gt(before.value)) moment.set(phase, sample);
    moments.set(key, moment);
  }
  const all = [...moments.values()];
  const whole = all.filter((moment) => moment.size === phases.size);
  return {
    points: whole.flatMap(sumOf),
    findings: whole.length === all.length ? [] : [incomplete(all.length - whole.length)],
  };
}

function sumOf(moment: ReadonlyMap<string, Sample>): readonly Point[] {
  const [first, ...rest] = moment.values();
  if (first === undefined) return [];
  return [{ ...pointOf(first), value: rest.reduce((sum, { value }) => sum.plus(value), first.value) }];
}

function incomplete(count: number): Finding {
  return {
    code: 'phases-incomplete',
    because: 'Readings that state only some of the phases can not be summed and were left out.',
    value: `${count}`,
  };
}

function locationFinding(location: string): Finding {
  return {
    code: 'location-inferred',
    because: 'No register of the outlet was stated; another place was taken.',
    value: location,
  };
}
