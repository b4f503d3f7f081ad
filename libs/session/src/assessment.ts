import type { ChargingState } from '@ledger/meter';
import type { DecimalText, Instant } from '@ledger/units';

/** Raised by any change that can give another assessment for the same statements. */
export const ASSESSMENT_VERSION = 1;

/** Something the assessment noticed or decided, and why. Codes are public, kebab-case and never renamed. */
export interface Finding {
  readonly code: string;
  readonly because: string;
  readonly at?: Instant;
  readonly value?: string;
  readonly bound?: string;
}

/** Why a charge may not be made yet: the rule that fired and its bound. */
export interface Hold {
  readonly rule: string;
  readonly because: string;
  readonly value?: string;
  readonly bound?: string;
}

/** What the car and the station were doing: only `idle` is time the vehicle did not ask for power. */
export type PeriodState = 'charging' | 'idle' | 'suspended';

/** A stretch between two neighbouring moments of evidence. Energy in Wh, mean power in W. */
export interface AssessedPeriod {
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly energyWh: DecimalText;
  readonly state: PeriodState;
  readonly powerW?: DecimalText;
  readonly currentA?: DecimalText;
}

/** Whether the statements tell energy: `metered`, or `unmetered` with a finding that says why. Never a silent zero. */
export type EnergyState = 'metered' | 'unmetered';

/**
 * What a session is, as a pure function of the set of its statements: the same set gives the same bytes in any order.
 * It holds no personal value and no time of receipt.
 */
export interface Assessment {
  readonly v: typeof ASSESSMENT_VERSION;
  readonly session: string;
  readonly tenant: string;
  readonly station: string;
  readonly evse?: string;
  readonly connector?: string;
  readonly transaction: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly hasStart: boolean;
  readonly hasEnd: boolean;
  readonly stopReason?: string;
  readonly energy: EnergyState;
  readonly energyWh?: DecimalText;
  readonly exportedWh?: DecimalText;
  readonly registerStartWh?: DecimalText;
  readonly registerEndWh?: DecimalText;
  readonly chargingSeconds: DecimalText;
  readonly idleSeconds: DecimalText;
  readonly suspendedSeconds: DecimalText;
  readonly periods: readonly AssessedPeriod[];
  /** Missing sequence numbers, as `first-last` or a single number. */
  readonly gaps: readonly string[];
  readonly findings: readonly Finding[];
  /** Holds that follow from the statements alone. */
  readonly holds: readonly Hold[];
  readonly statements: number;
}

/** The states a station reports, as periods count them (OCPI 2.3.0, CdrDimensionType PARKING_TIME). */
export function periodStateOf(state: ChargingState): PeriodState {
  switch (state) {
    case 'charging':
      return 'charging';
    case 'suspended-evse':
      return 'suspended';
    case 'suspended-ev':
    case 'ev-connected':
    case 'idle':
      return 'idle';
  }
}
