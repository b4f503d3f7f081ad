import { decimalText, Exact, millisOf, Quantity, type DecimalText, type Instant } from '@ledger/units';
import type { AssessedPeriod, Assessment, Hold } from './assessment';
import { PLAUSIBILITY_POLICY, type PlausibilityPolicy } from './policy';

/** What is known of the place. */
export interface Site {
  /** Maximum power of the connector in W. */
  readonly powerMaxW?: DecimalText;
}

/** How the session before on the same connector ended. */
export interface PreviousSession {
  readonly registerStartWh?: DecimalText;
  readonly registerEndWh?: DecimalText;
  readonly endedAt: Instant;
}

const MS_PER_HOUR = 3_600_000;

/**
 * The rules that stand between an assessment and money, each with the value found and its bound. They hold, they never
 * change anything. A rule that the assessment itself holds by is not repeated.
 */
export function plausibility(
  assessment: Assessment,
  site: Site = {},
  previous?: PreviousSession,
  policy: PlausibilityPolicy = PLAUSIBILITY_POLICY,
): readonly Hold[] {
  const holds = [
    ...powerHolds(assessment, site, policy),
    ...withoutEnergy(assessment, policy),
    ...impossibleDuration(assessment, policy),
    ...(previous === undefined ? [] : against(previous, assessment, policy)),
  ];
  const known = new Set(assessment.holds.map(({ rule }) => rule));
  return holds.filter(({ rule }) => !known.has(rule));
}

function powerHolds(assessment: Assessment, site: Site, policy: PlausibilityPolicy): readonly Hold[] {
  const impossible = impossiblePower(assessment, site, policy);
  return impossible.length > 0 || site.powerMaxW !== undefined ? impossible : unlikePower(assessment, policy);
}

/**
 * Where nobody states the power of the connector, the session itself tells it: one period that would need many times the power
 * of every other one shows another count of the register, such as that of another meter.
 */
function unlikePower({ periods }: Assessment, policy: PlausibilityPolicy): readonly Hold[] {
  const charging = periods.flatMap((period) => {
    return period.state === 'charging' && period.powerW !== undefined ? [{ ...period, powerW: period.powerW }] : [];
  });
  const [highest, next] = charging.toSorted((one, other) => Quantity.of(other.powerW).compare(Quantity.of(one.powerW)));
  if (highest === undefined || next === undefined || charging.length <= policy.likePeriodsMin) return [];
  const powerMaxW = decimalText(new Exact(next.powerW).times(policy.unlikePowerTimes));
  const bounds = { powerMaxW: Quantity.of(powerMaxW), registerStepWh: Quantity.of(policy.registerStepWh) };
  if (!isExcess(highest, bounds, policy)) return [];
  const because = `More than ${policy.unlikePowerTimes} times the power of any other period from ${highest.startedAt} to ${highest.endedAt}: the meter may have been exchanged.`;
  return [{ rule: 'power-unlike', because, value: highest.energyWh, bound: deliverable(highest, powerMaxW, policy) }];
}

function impossiblePower(assessment: Assessment, site: Site, policy: PlausibilityPolicy): readonly Hold[] {
  const powerMaxW = site.powerMaxW ?? policy.powerMaxW;
  const bounds = { powerMaxW: Quantity.of(powerMaxW), registerStepWh: Quantity.of(policy.registerStepWh) };
  const session = { ...assessment, energyWh: assessment.energyWh ?? ZERO };
  const excess = [session, ...assessment.periods].find((stretch) => isExcess(stretch, bounds, policy));
  if (excess === undefined) return [];
  return [
    {
      rule: 'power-impossible',
      because: `More energy than ${bounds.powerMaxW.text()} W can deliver from ${excess.startedAt} to ${excess.endedAt}.`,
      value: excess.energyWh,
      bound: deliverable(excess, powerMaxW, policy),
    },
  ];
}

const ZERO = Quantity.zero.text();

type Stretch = Pick<AssessedPeriod, 'startedAt' | 'endedAt' | 'energyWh'>;

function isExcess(
  stretch: Stretch,
  { powerMaxW, registerStepWh }: { readonly powerMaxW: Quantity; readonly registerStepWh: Quantity },
  policy: PlausibilityPolicy,
): boolean {
  return Quantity.of(stretch.energyWh).exceeds(powerMaxW, longestMs(stretch, policy), registerStepWh);
}

/** How long a stretch may have been, as its times may be cut. */
function longestMs({ startedAt, endedAt }: Stretch, { timeCutMs }: PlausibilityPolicy): number {
  return millisOf(endedAt) - millisOf(startedAt) + timeCutMs;
}

/** The most energy in Wh that a stretch can have delivered, to three decimals. */
function deliverable(stretch: Stretch, powerMaxW: DecimalText, policy: PlausibilityPolicy): DecimalText {
  const delivered = new Exact(powerMaxW).times(longestMs(stretch, policy)).div(MS_PER_HOUR);
  return decimalText(delivered.plus(policy.registerStepWh).toDecimalPlaces(3));
}

function withoutEnergy(assessment: Assessment, policy: PlausibilityPolicy): readonly Hold[] {
  const { energyWh } = assessment;
  if (energyWh === undefined || durationOf(assessment) < policy.withoutEnergyMinMs) return [];
  if (Quantity.of(energyWh).gt(Quantity.of(policy.withoutEnergyMaxWh))) return [];
  const because = 'The session took long and delivered practically nothing: the connector may be broken.';
  return [{ rule: 'time-without-energy', because, value: energyWh, bound: policy.withoutEnergyMaxWh }];
}

function impossibleDuration(assessment: Assessment, policy: PlausibilityPolicy): readonly Hold[] {
  const ms = durationOf(assessment);
  if (ms <= policy.durationMaxMs) return [];
  const because = 'No session takes so long: a clock was wrong. Value and bound in seconds.';
  return [{ rule: 'clock-impossible', because, value: seconds(ms), bound: seconds(policy.durationMaxMs) }];
}

function durationOf({ startedAt, endedAt }: Assessment): number {
  return millisOf(endedAt) - millisOf(startedAt);
}

function seconds(ms: number): DecimalText {
  return Quantity.ofThousandths(ms).text();
}

function against(previous: PreviousSession, assessment: Assessment, policy: PlausibilityPolicy): readonly Hold[] {
  const { registerStartWh, registerEndWh, startedAt } = assessment;
  const isOverlap = millisOf(previous.endedAt) - millisOf(startedAt) > policy.overlapMaxMs;
  const overlap = isOverlap ? [{ rule: 'overlap', because: OVERLAP, value: startedAt, bound: previous.endedAt }] : [];
  if (registerStartWh === undefined || previous.registerEndWh === undefined) return overlap;
  const start = Quantity.of(registerStartWh);
  if (start.isZero()) return [...overlap, ...zeroOf(previous, registerEndWh)];
  const fall = Quantity.of(previous.registerEndWh).minus(start);
  if (!fall.gt(Quantity.of(policy.continuityFallMaxWh))) return overlap;
  return [
    ...overlap,
    { rule: 'register-continuity', because: CONTINUITY, value: registerStartWh, bound: previous.registerEndWh },
  ];
}

/**
 * A start at 0 and an end above that of the session before, whose meter counts for life: the 0 was no register yet. A meter that
 * counts per session began the session before at 0 too; one that was exchanged ends below.
 */
function zeroOf(previous: PreviousSession, registerEndWh: DecimalText | undefined): readonly Hold[] {
  const { registerStartWh: before, registerEndWh: bound } = previous;
  if (before === undefined || bound === undefined || registerEndWh === undefined) return [];
  const isForLife = !Quantity.of(before).isZero() && Quantity.of(registerEndWh).gt(Quantity.of(bound));
  return isForLife ? [{ rule: 'register-continuity', because: ZERO_START, value: ZERO, bound }] : [];
}

const ZERO_START =
  'The register was stated as 0 at the start and ends above that of the session before: energy of other sessions would be billed.';
const OVERLAP = 'The session began before the one before it on the same connector ended.';
const CONTINUITY =
  'The register stood lower at the start than at the end of the session before: the same energy may be billed twice, or the meter was exchanged.';
