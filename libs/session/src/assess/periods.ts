import { instantOf, Quantity, type DecimalText } from '@ledger/units';
import type { AssessedPeriod, PeriodState } from '../assessment';
import type { AssessmentPolicy } from '../policy';
import { MS_PER_HOUR } from './falls';
import type { CurvePoint } from './metered';
import type { Point } from './points';
import type { Frame } from './readings';
import type { Transition } from './states';
import { stretchesOf, type Piece } from './stretches';

/** The periods of a session and how long each state lasted, in seconds to the millisecond. */
export interface Periods {
  readonly periods: readonly AssessedPeriod[];
  readonly chargingSeconds: DecimalText;
  readonly idleSeconds: DecimalText;
  readonly suspendedSeconds: DecimalText;
  /** Idle time was derived from a flat register, because no state was reported. */
  readonly isIdleDerived: boolean;
  /** A state other than charging was reported for a time in which the register rose. */
  readonly isStateContradicted: boolean;
  /** Neighbours were joined to keep the number of periods bounded. */
  readonly isJoined: boolean;
}

/** What periods are made of. */
export interface Evidence {
  readonly curve: readonly CurvePoint[];
  readonly transitions: readonly Transition[];
  readonly currents: readonly Point[];
  readonly frame: Frame;
}

interface Settled extends Piece {
  readonly state: PeriodState;
  readonly isDerived: boolean;
  readonly isContradicted: boolean;
}

/**
 * Cuts the session at every reading and change of state. The energy of the periods adds up exactly; where a state changed
 * between two readings, their energy belongs to the charging part, evenly in time.
 */
export function periodsOf(evidence: Evidence, policy: AssessmentPolicy): Periods {
  const settled = derived(stretchesOf(evidence), evidence, policy);
  const joined = bounded(settled, policy.periodsMax);
  return {
    periods: neighbours(joined, evidence),
    chargingSeconds: secondsOf(settled, 'charging'),
    idleSeconds: secondsOf(settled, 'idle'),
    suspendedSeconds: secondsOf(settled, 'suspended'),
    isIdleDerived: settled.some(({ isDerived, state }) => isDerived && state === 'idle'),
    isStateContradicted: settled.some(({ isContradicted }) => isContradicted),
    isJoined: joined.length < settled.length,
  };
}

/** Gives every piece without a reported state one: flat for long enough is idle, all else charging. */
function derived(pieces: readonly Piece[], evidence: Evidence, policy: AssessmentPolicy): readonly Settled[] {
  const flatMinMs = isCoarse(evidence.curve, policy) ? policy.coarseIdleFlatMinMs : policy.idleFlatMinMs;
  const mayBeIdle = new Set(evidence.curve.map(({ time }) => time)).size > 2;
  const settled = pieces.map((piece, index): Settled => {
    if (piece.state !== undefined) return stated(piece, piece.state, policy);
    const isIdle = mayBeIdle && isFlat(piece) && flatMs(pieces, index) >= flatMinMs;
    return { ...piece, state: isIdle ? 'idle' : 'charging', isDerived: true, isContradicted: false };
  });
  return settled.map((piece, index) => {
    if (piece.isMetered || !piece.isDerived || evidence.curve.length === 0) return piece;
    const neighbour = index === 0 ? settled[1] : settled[index - 1];
    return { ...piece, state: neighbour?.state ?? piece.state };
  });
}

/** The reported state, unless power flowed that only charging explains. */
function stated(piece: Piece, state: PeriodState, policy: AssessmentPolicy): Settled {
  const { idlePowerMaxW, waverMaxWh } = policy;
  const isContradicted =
    state !== 'charging' &&
    piece.energyWh.exceeds(Quantity.of(idlePowerMaxW), piece.to - piece.from, Quantity.of(waverMaxWh));
  return { ...piece, state: isContradicted ? 'charging' : state, isDerived: false, isContradicted };
}

function isFlat(piece: Piece | undefined): boolean {
  return piece?.state === undefined && piece?.isMetered === true && piece.energyWh.isZero();
}

/** How long the register stayed flat around a piece. */
function flatMs(pieces: readonly Piece[], index: number): number {
  let first = index;
  let last = index;
  while (isFlat(pieces[first - 1])) first -= 1;
  while (isFlat(pieces[last + 1])) last += 1;
  return (pieces[last]?.to ?? 0) - (pieces[first]?.from ?? 0);
}

function isCoarse(curve: readonly CurvePoint[], policy: AssessmentPolicy): boolean {
  const isRisen = curve.at(-1)?.energyWh.isZero() === false;
  const stepWh = Quantity.of(policy.coarseStepWh);
  return isRisen && curve.every(({ energyWh }) => energyWh.isMultipleOf(stepWh));
}

function secondsOf(pieces: readonly Settled[], state: PeriodState): DecimalText {
  const ms = pieces.reduce((sum, piece) => (piece.state === state ? sum + piece.to - piece.from : sum), 0);
  return Quantity.ofThousandths(ms).text();
}

/** Joins neighbours of one state, in ever larger groups, until the number is bounded or only states are left. */
function bounded(pieces: readonly Settled[], most: number): readonly Settled[] {
  let result = pieces;
  for (let group = 2; result.length > most && group <= pieces.length * 2; group *= 2) result = grouped(pieces, group);
  return result;
}

function grouped(pieces: readonly Settled[], size: number): readonly Settled[] {
  const result: Settled[] = [];
  let inGroup = 0;
  for (const piece of pieces) {
    const before = result.at(-1);
    if (before?.state === piece.state && inGroup < size) {
      inGroup += 1;
      const isMetered = before.isMetered && piece.isMetered;
      result[result.length - 1] = {
        ...before,
        to: piece.to,
        energyWh: before.energyWh.plus(piece.energyWh),
        isMetered,
      };
    } else {
      inGroup = 1;
      result.push(piece);
    }
  }
  return result;
}

/** The periods in order; each begins at the very instant at which the one before it ends. */
function neighbours(pieces: readonly Settled[], evidence: Evidence): readonly AssessedPeriod[] {
  const periods: AssessedPeriod[] = [];
  for (const piece of pieces) {
    periods.push(periodOf(piece, periods.at(-1)?.endedAt ?? instant(piece.from), evidence));
  }
  return periods;
}

function periodOf(piece: Settled, startedAt: AssessedPeriod['startedAt'], { currents }: Evidence): AssessedPeriod {
  const current = currentIn(piece, currents);
  // In canonical order, as they are written with the assessment.
  return {
    ...(current === undefined ? {} : { currentA: current.text() }),
    endedAt: instant(piece.to),
    energyWh: piece.energyWh.text(),
    ...(piece.isMetered && piece.to > piece.from ? { powerW: meanPowerW(piece) } : {}),
    startedAt,
    state: piece.state,
  };
}

/** How a mean power in W is rounded. */
const POWER = { decimals: 3, rounding: 'half-up' } as const;

function meanPowerW({ energyWh, from, to }: Settled): DecimalText {
  return energyWh.ratio(MS_PER_HOUR, to - from, POWER).text();
}

/** The current at the start of a period if one was measured by then, else the first one within it. */
function currentIn({ from, to }: Settled, currents: readonly Point[]): Quantity | undefined {
  let low = 0;
  let high = currents.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((currents[middle]?.time ?? Infinity) <= from) low = middle + 1;
    else high = middle;
  }
  const next = currents[low];
  return currents[low - 1]?.value ?? (next !== undefined && next.time <= to ? next.value : undefined);
}

/** An instant of the session; its times come from instants and stay within their range. */
export function instant(ms: number): AssessedPeriod['startedAt'] {
  const at = instantOf(ms);
  if (at === undefined) throw new RangeError(`${ms} ms is no instant`);
  return at;
}
