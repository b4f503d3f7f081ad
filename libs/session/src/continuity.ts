import { decimalText, Exact, type DecimalText, type Instant } from '@ledger/units';
import type { Assessment } from './assessment';
import { ASSESSMENT_POLICY } from './policy';

/** What the continuity of a meter needs to know of a session. Energies and registers in Wh. */
export type MeterSpan = Pick<
  Assessment,
  'session' | 'startedAt' | 'endedAt' | 'energyWh' | 'registerStartWh' | 'registerEndWh'
>;

/**
 * Where the register and the sessions do not tell the same. `unbilled`: it advanced between two sessions. `missing`: it advanced
 * more within a session than the session counts. `fallen`: it stood lower than before, between two sessions or within one,
 * because it was reset, exchanged or rolled over, or because sessions overlap.
 */
export interface MeterBreak {
  readonly kind: 'unbilled' | 'missing' | 'fallen';
  readonly energyWh: DecimalText;
  /** Between two sessions the one before; the same as `session` within one. */
  readonly after: string;
  readonly session: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly fromWh: DecimalText;
  readonly toWh: DecimalText;
}

/**
 * What became of the energy that a meter counted, exactly: `advanceWh = sessionsWh + unbilledWh + missingWh`, and
 * `lastRegisterWh - firstRegisterWh = advanceWh - fallenWh`.
 */
export interface MeterContinuity {
  readonly sessions: number;
  readonly firstAt?: Instant;
  readonly lastAt?: Instant;
  readonly firstRegisterWh?: DecimalText;
  readonly lastRegisterWh?: DecimalText;
  /** All that the meter counted between the first and the last register. */
  readonly advanceWh: DecimalText;
  /** Energy of the sessions between them. */
  readonly sessionsWh: DecimalText;
  readonly unbilledWh: DecimalText;
  readonly missingWh: DecimalText;
  readonly fallenWh: DecimalText;
  /** Sessions without a register at both ends; what they count between two registers is part of `sessionsWh`. */
  readonly withoutRegisters: number;
  /** Energy of such sessions before the first register or behind the last one, which no register can confirm. */
  readonly unconfirmedWh: DecimalText;
  /** The first so many breaks, in order of time. Less than 1 Wh (`roundingMaxWh`) is how registers are rounded: it counts, and is no break. */
  readonly breaks: readonly MeterBreak[];
  readonly breaksTotal: number;
}

/** Breaks that the continuity of one meter lists; all of them count in its sums. */
export const METER_BREAKS_MAX = 100;

const ZERO = new Exact(0);

/** Follows one meter from session to session, in order of their starts. */
export class MeterFollower {
  private sessions = 0;
  private withoutRegisters = 0;
  private readonly sums = { sessions: ZERO, unbilled: ZERO, missing: ZERO, fallen: ZERO, unconfirmed: ZERO };
  /** Energy of sessions without registers since the last register. */
  private pending = ZERO;
  private first: Edge | undefined;
  private last: Edge | undefined;
  private readonly breaks: MeterBreak[] = [];
  private breaksTotal = 0;

  /** Takes the next session in. */
  add({ session, startedAt, endedAt, energyWh, registerStartWh, registerEndWh }: MeterSpan): void {
    this.sessions += 1;
    const energy = new Exact(energyWh ?? 0);
    if (registerStartWh === undefined || registerEndWh === undefined) {
      this.withoutRegisters += 1;
      this.pending = this.pending.plus(energy);
      return;
    }
    const start: Edge = { session, at: startedAt, register: new Exact(registerStartWh) };
    const end: Edge = { session, at: endedAt, register: new Exact(registerEndWh) };
    if (this.last === undefined) this.begin(start);
    else this.between(this.last, start);
    this.within(start, end, energy);
    this.last = end;
  }

  /** What is known so far. */
  report(): MeterContinuity {
    const { sessions, unbilled, missing, fallen, unconfirmed } = this.sums;
    return {
      sessions: this.sessions,
      ...(this.first === undefined
        ? {}
        : { firstAt: this.first.at, firstRegisterWh: decimalText(this.first.register) }),
      ...(this.last === undefined ? {} : { lastAt: this.last.at, lastRegisterWh: decimalText(this.last.register) }),
      advanceWh: decimalText(sessions.plus(unbilled).plus(missing)),
      sessionsWh: decimalText(sessions),
      unbilledWh: decimalText(unbilled),
      missingWh: decimalText(missing),
      fallenWh: decimalText(fallen),
      withoutRegisters: this.withoutRegisters,
      unconfirmedWh: decimalText(unconfirmed.plus(this.pending)),
      breaks: this.breaks,
      breaksTotal: this.breaksTotal,
    };
  }

  private begin(start: Edge): void {
    this.first = start;
    this.sums.unconfirmed = this.pending;
    this.pending = ZERO;
  }

  /** From the end of a session to the start of the next one that has registers. */
  private between(last: Edge, start: Edge): void {
    const beside = start.register.minus(last.register).minus(this.pending);
    this.sums.sessions = this.sums.sessions.plus(this.pending);
    this.pending = ZERO;
    this.note(beside.gt(0) ? 'unbilled' : 'fallen', beside.abs(), [last, start]);
  }

  private within(start: Edge, end: Edge, energy: Exact): void {
    this.sums.sessions = this.sums.sessions.plus(energy);
    const beside = end.register.minus(start.register).minus(energy);
    this.note(beside.gt(0) ? 'missing' : 'fallen', beside.abs(), [start, end]);
  }

  private note(kind: MeterBreak['kind'], energy: Exact, [from, to]: readonly [Edge, Edge]): void {
    if (energy.isZero()) return;
    this.sums[kind] = this.sums[kind].plus(energy);
    if (energy.lt(ASSESSMENT_POLICY.roundingMaxWh)) return;
    this.breaksTotal += 1;
    if (this.breaks.length < METER_BREAKS_MAX) {
      this.breaks.push({
        kind,
        energyWh: decimalText(energy),
        after: from.session,
        session: to.session,
        from: from.at,
        to: to.at,
        fromWh: decimalText(from.register),
        toWh: decimalText(to.register),
      });
    }
  }
}

/** A register at an end of a session. */
interface Edge {
  readonly session: string;
  readonly at: Instant;
  readonly register: Exact;
}
