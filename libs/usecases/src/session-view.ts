import type { Assessment, Finding, Hold } from '@ledger/session';
import type { ComputedCharge } from '@ledger/tariff';
import type { DecimalText, Instant } from '@ledger/units';

import type { Book } from './book';
import { ZONE_WITHOUT_LOCATION, rate } from './rate';
import type { Rated } from './rate';
import { holdBookOf } from './session-record';
import type { SessionRecord } from './session-record';
import { chargeIdOf, chargeStateOf, statusOf } from './session-rows';

/** Money of a session in short, as its view shows it. */
export interface ChargeSummary {
  readonly state: 'running' | 'final' | 'held' | 'unpriced';
  readonly currency?: string;
  readonly totalExclTax?: DecimalText;
  readonly totalInclTax?: DecimalText;
  readonly id?: string;
  readonly because?: string;
}

/** A session as everybody reads it (`interfaces.md`, section 2). Energy in Wh, times in seconds. */
export interface SessionView {
  readonly id: string;
  readonly tenant: string;
  readonly station: string;
  readonly evse?: string;
  readonly connector?: string;
  readonly transaction: string;
  readonly aliases?: readonly string[];
  readonly status: string;
  readonly startedAt?: Instant;
  readonly endedAt?: Instant;
  readonly stopReason?: string;
  readonly energy: Assessment['energy'];
  readonly energyWh?: DecimalText;
  readonly exportedWh?: DecimalText;
  readonly chargingSeconds: DecimalText;
  readonly idleSeconds: DecimalText;
  readonly suspendedSeconds: DecimalText;
  readonly registerStartWh?: DecimalText;
  readonly registerEndWh?: DecimalText;
  readonly subject?: string;
  readonly location?: string;
  readonly timeZone: string;
  readonly statements: number;
  readonly findings: readonly Finding[];
  readonly holds: readonly Hold[];
  readonly gaps: readonly string[];
  readonly periods: Assessment['periods'];
  readonly charge: ChargeSummary;
}

/** The full charge of a session, or the running cost marked as provisional. */
export interface ChargeView {
  readonly id: string;
  readonly session: string;
  readonly sequence: 1;
  readonly kind: 'charge';
  readonly state: ChargeSummary['state'];
  readonly isProvisional: boolean;
  readonly because?: string;
  readonly timeZone: string;
  readonly holds: readonly Hold[];
  readonly charge?: ComputedCharge;
}

/** Rates a session by its record and what its statements say now. */
export function ratedNow(book: Book, record: SessionRecord, assessment: Assessment): Rated {
  const group = record.tokenGroup === undefined ? {} : { tokenGroup: record.tokenGroup };
  return rate(book, { assessment, holds: holdBookOf(record), ...group });
}

/** The view of a session; `assessment` is the closed one, or the running one of an open session. */
export function sessionView(record: SessionRecord, assessment: Assessment, rated: Rated): SessionView {
  const { v, session, holds, hasStart, hasEnd, endedAt, ...said } = assessment;
  const { aliases, subject } = record;
  return {
    id: session,
    ...said,
    ...(hasEnd || record.status !== 'open' ? { endedAt } : {}),
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(subject === undefined ? {} : { subject }),
    ...(rated.site === undefined ? {} : { location: rated.site.location }),
    status: statusOf(record, rated),
    timeZone: rated.timeZone,
    holds: rated.holds,
    findings: rated.site === undefined ? [...assessment.findings, LOCATION_UNKNOWN] : assessment.findings,
    charge: summaryOf(record, rated),
  };
}

/** The charge of a session as everybody reads it. */
export function chargeView(record: SessionRecord, rated: Rated): ChargeView {
  const { because, timeZone, holds, charge } = rated;
  return {
    id: chargeIdOf(record.id),
    session: record.id,
    sequence: 1,
    kind: 'charge',
    state: chargeStateOf(record, rated),
    isProvisional: record.status !== 'closed',
    ...(because === undefined ? {} : { because }),
    timeZone,
    holds,
    ...(charge === undefined ? {} : { charge }),
  };
}

const LOCATION_UNKNOWN: Finding = {
  code: 'location-unknown',
  because: `No location names the station, so local times are read in ${ZONE_WITHOUT_LOCATION}.`,
};

function summaryOf(record: SessionRecord, rated: Rated): ChargeSummary {
  const { charge, because } = rated;
  const reason = because === undefined ? {} : { because };
  if (charge === undefined) return { state: chargeStateOf(record, rated), ...reason };
  const { currency, totalExclTax, totalInclTax } = charge;
  return {
    state: chargeStateOf(record, rated),
    currency,
    totalExclTax,
    totalInclTax,
    id: chargeIdOf(record.id),
    ...reason,
  };
}
