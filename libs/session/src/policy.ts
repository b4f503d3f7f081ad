import type { DecimalText, Instant } from '@ledger/units';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const decimal = (text: `${bigint}`): DecimalText => text as string as DecimalText;

/** Bounds of the assessment. A change that can give another assessment raises `ASSESSMENT_VERSION`. */
export interface AssessmentPolicy {
  /** A device time before this one comes from a clock that was never set. */
  readonly clockSetAfter: Instant;
  /** Device time may run backwards by this much along the sequence numbers and is evened out. */
  readonly clockStepMaxMs: number;
  /** A device time may lie this much after its receipt; more is impossible. */
  readonly clockAheadMaxMs: number;
  /** No connector delivers more; a rise that would need more is no energy. */
  readonly powerMaxW: DecimalText;
  /** A start register of zero followed by a rise of more than this was no register yet. */
  readonly zeroBaselineRiseMaxWh: DecimalText;
  /** After a fall a register up to this value has been reset to zero. */
  readonly resetMaxWh: DecimalText;
  /** A register may waver downwards by this much without having been reset. */
  readonly waverMaxWh: DecimalText;
  /** How far from the end of its range a register may stand to roll over, and how far after. */
  readonly rollOverMaxWh: DecimalText;
  /** Two registers for one moment may differ by less than this: whole Wh against finer ones. */
  readonly roundingMaxWh: DecimalText;
  /** Two ways of counting agree when they differ by no more than this. */
  readonly agreementMaxWh: DecimalText;
  /** A flat register counts as idle, where no state was stated, from this length on. */
  readonly idleFlatMinMs: number;
  /** A register that only shows multiples of this is coarse ... */
  readonly coarseStepWh: DecimalText;
  /** ... and must stay flat so long to count as idle. */
  readonly coarseIdleFlatMinMs: number;
  /** More power than this, while the station reports no charging, contradicts the report. */
  readonly idlePowerMaxW: DecimalText;
  /** Most periods of an assessment; beyond it neighbours of the same state are joined. */
  readonly periodsMax: number;
  /** Most findings with the same code; the rest is counted in the last one. */
  readonly findingsPerCodeMax: number;
}

export const ASSESSMENT_POLICY: AssessmentPolicy = {
  clockSetAfter: '2000-01-01T00:00:00.000Z' as string as Instant,
  clockStepMaxMs: MINUTE_MS,
  clockAheadMaxMs: 5 * MINUTE_MS,
  powerMaxW: decimal('1000000'),
  zeroBaselineRiseMaxWh: decimal('150000'),
  resetMaxWh: decimal('10'),
  waverMaxWh: decimal('10'),
  rollOverMaxWh: decimal('100000'),
  roundingMaxWh: decimal('1'),
  agreementMaxWh: decimal('100'),
  idleFlatMinMs: 5 * MINUTE_MS,
  coarseStepWh: decimal('1000'),
  coarseIdleFlatMinMs: HOUR_MS,
  idlePowerMaxW: decimal('500'),
  periodsMax: 1_500,
  findingsPerCodeMax: 5,
};

/** When a session is closed that does not close itself. */
export interface ClosingPolicy {
  /** The end was seen but statements are missing: wait this long after the last one came. */
  readonly graceMs: number;
  /** No end was seen: close provisionally after so long without any statement. */
  readonly silenceMs: number;
}

export const CLOSING_POLICY: ClosingPolicy = { graceMs: 15 * MINUTE_MS, silenceMs: 24 * HOUR_MS };

/** Bounds of what can be true before money is made of it. */
export interface PlausibilityPolicy {
  /** Assumed where the site states no maximum power: what a CCS connector can carry (500 A at 1,000 V). A stronger one is to be published. */
  readonly powerMaxW: DecimalText;
  /** Where the site states none, no period of a session may need so many times the power of every other one ... */
  readonly unlikePowerTimes: number;
  /** ... of which there must be at least this many. */
  readonly likePeriodsMin: number;
  /** Time stamps may be cut by this much, so a stretch may have been so much longer. */
  readonly timeCutMs: number;
  /** A coarse register may show this much late. */
  readonly registerStepWh: DecimalText;
  /** A session of at least this length ... */
  readonly withoutEnergyMinMs: number;
  /** ... must have delivered more than this. */
  readonly withoutEnergyMaxWh: DecimalText;
  /** Neighbouring sessions of a connector may overlap by this much. */
  readonly overlapMaxMs: number;
  /** A session can not last longer. */
  readonly durationMaxMs: number;
  /** Ends are stated in whole Wh, readings in steps of the register, so it may seem to fall by this much between sessions. */
  readonly continuityFallMaxWh: DecimalText;
}

export const PLAUSIBILITY_POLICY: PlausibilityPolicy = {
  powerMaxW: decimal('500000'),
  unlikePowerTimes: 20,
  likePeriodsMin: 2,
  timeCutMs: MINUTE_MS,
  registerStepWh: decimal('1000'),
  withoutEnergyMinMs: HOUR_MS,
  withoutEnergyMaxWh: decimal('50'),
  overlapMaxMs: MINUTE_MS,
  durationMaxMs: 60 * 24 * HOUR_MS,
  continuityFallMaxWh: decimal('10'),
};
