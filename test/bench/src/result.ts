import type { Spent } from './stopwatch';

/** What was measured of one line: the ledger's work and, on the same bytes in the same run, the raw limit. */
export interface Measured {
  readonly name: string;
  readonly unit: string;
  readonly count: number;
  readonly ledger: Spent;
  /**
   * Parse, hash and append of the same bytes and nothing else, or another engine on the same input; absent where there is neither.
   */
  readonly raw?: Spent;
  /** The least ratio that the project asks for. */
  readonly goal?: number;
}

/** A rate beside its raw limit. */
export interface Rates {
  readonly perSecond: number;
  readonly rawPerSecond?: number;
  /** Ledger by raw: 1 would be no cost at all. */
  readonly ratio?: number;
}

/** One line of the table. */
export interface Line {
  readonly name: string;
  readonly unit: string;
  readonly count: number;
  readonly wall: Rates;
  /** Per second of processor time. */
  readonly cpu: Rates;
  readonly peakRssMb: number;
  readonly goal?: number;
  /** The rate by that of `intake` in the same run, both per second of processor time. */
  readonly ofIntake?: number;
}

/** The line with its rate by that of `intake`. */
export function comparedTo(intake: Line, line: Line): Line {
  return { ...line, ofIntake: line.cpu.perSecond / intake.cpu.perSecond };
}

/** The line of one measurement. */
export function lineOf({ name, unit, count, ledger, raw, goal }: Measured): Line {
  return {
    name,
    unit,
    count,
    wall: rates(count, ledger.wallSeconds, raw?.wallSeconds),
    cpu: rates(count, ledger.cpuSeconds, raw?.cpuSeconds),
    peakRssMb: Math.round(ledger.peakRssBytes / 1_048_576),
    ...(goal === undefined ? {} : { goal }),
  };
}

/** The medians of the same line over several runs; the peak is the highest one. */
export function medianLine(lines: readonly Line[]): Line {
  const [first] = lines;
  if (first === undefined) throw new RangeError('there is no run to take a median of');
  return {
    ...first,
    wall: medianRates(lines.map(({ wall }) => wall)),
    cpu: medianRates(lines.map(({ cpu }) => cpu)),
    peakRssMb: Math.max(...lines.map(({ peakRssMb }) => peakRssMb)),
    ...(first.ofIntake === undefined ? {} : { ofIntake: median(lines.flatMap(({ ofIntake }) => ofIntake ?? [])) }),
  };
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? NaN;
  return (lower + upper) / 2;
}

function rates(count: number, seconds: number, rawSeconds: number | undefined): Rates {
  const perSecond = count / seconds;
  if (rawSeconds === undefined) return { perSecond };
  const rawPerSecond = count / rawSeconds;
  return { perSecond, rawPerSecond, ratio: perSecond / rawPerSecond };
}

function medianRates(all: readonly Rates[]): Rates {
  const of = (name: keyof Rates): number | undefined => {
    const values = all.flatMap((rate) => rate[name] ?? []);
    return values.length === 0 ? undefined : median(values);
  };
  const [perSecond = NaN, rawPerSecond, ratio] = [of('perSecond'), of('rawPerSecond'), of('ratio')];
  if (rawPerSecond === undefined || ratio === undefined) return { perSecond };
  return { perSecond, rawPerSecond, ratio };
}
