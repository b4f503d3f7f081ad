import type { Statement } from '@ledger/meter';
import { millisOf, type DecimalText } from '@ledger/units';
import { ASSESSMENT_VERSION, type Assessment, type Finding, type Hold } from '../assessment';
import type { EndBound } from '../events';
import { ASSESSMENT_POLICY, type AssessmentPolicy } from '../policy';
import type { SessionKey } from '../key';
import { basisOf } from './basis';
import type { Timed } from './clock';
import { stepsOf } from './falls';
import { frameFindings, frameHolds, limited } from './findings';
import { gapFindings, gapsOf } from './gaps';
import { meteredOf, type Metered } from './metered';
import { instant, periodsOf, type Periods } from './periods';
import { pointsOf } from './points';
import { frameOf, samplesOf, type Frame, type Samples } from './readings';
import { transitionsOf } from './states';
import { timelineOf } from './timeline';

/** What an assessment may know besides the statements. */
export interface AssessOptions {
  readonly policy?: AssessmentPolicy;
  /** The next transaction on the connector, where the stop is missing. */
  readonly bound?: EndBound;
}

/**
 * What a session is, as a pure function of the set of its statements: order and repetition change nothing.
 * Every choice is a finding with its reason; what can not be true is a hold. Energy is never negative, and unknown energy
 * is `unmetered`, never zero.
 */
export function assess(statements: Iterable<Statement>, key: SessionKey, options: AssessOptions = {}): Assessment {
  const { policy = ASSESSMENT_POLICY } = options;
  const basis = basisOf(statements);
  const timeline = timelineOf(orderable(basis.statements), policy);
  const { timed } = timeline;
  const frame = frameOf(timed, policy, options.bound);
  const bound = boundAfter(frame, options.bound);
  const samples = samplesOf(timed, frame, policy);
  const metered = meteredOf(samples, frame, policy, bound);
  const exportedWh = exportedOf(samples, policy);
  const gaps = gapsOf(basis.statements);
  const periods = periodsOf(
    {
      curve: metered.curve,
      transitions: transitionsOf(timed, frame),
      currents: pointsOf(samples.of('Current.Import')).points,
      frame,
    },
    policy,
  );
  const findings: readonly Finding[] = [
    ...frameFindings(timed, frame, samples),
    ...basis.findings,
    ...timeline.findings,
    ...gapFindings(gaps),
    ...metered.findings,
    ...periodFindings(periods),
    ...exportFindings(exportedWh),
  ];
  const holds: readonly Hold[] = [
    ...frameHolds(timed, frame, metered.energyWh),
    ...basis.holds,
    ...timeline.holds,
    ...metered.holds,
  ];
  return {
    v: ASSESSMENT_VERSION,
    session: key.session,
    tenant: key.tenant,
    station: key.station,
    ...placeOf(timed),
    transaction: key.transaction,
    startedAt: instant(frame.startMs),
    endedAt: instant(frame.endMs),
    hasStart: frame.start !== undefined,
    hasEnd: frame.end !== undefined,
    ...stopReasonOf(timed),
    ...energyOf(metered, exportedWh),
    chargingSeconds: periods.chargingSeconds,
    idleSeconds: periods.idleSeconds,
    suspendedSeconds: periods.suspendedSeconds,
    periods: periods.periods,
    gaps,
    findings: limited(findings, policy.findingsPerCodeMax, ({ code }) => code),
    holds: limited(holds, policy.findingsPerCodeMax, ({ rule }) => rule),
    statements: basis.count,
  };
}

/** A next transaction that seems to have begun before this one bounds nothing: one of the clocks was wrong. */
function boundAfter({ startMs }: Frame, bound: EndBound | undefined): EndBound | undefined {
  return bound === undefined || millisOf(bound.at) < startMs ? undefined : bound;
}

/** The answer to a start links ids and orders nothing: its time is not of the device. */
function orderable(statements: readonly Statement[]): readonly Statement[] {
  const made = statements.filter(({ answer }) => answer === undefined);
  return made.length === 0 ? statements : made;
}

function placeOf(timed: readonly Timed[]): Pick<Assessment, 'evse' | 'connector'> {
  const evse = timed.find(({ statement }) => statement.evse !== undefined)?.statement.evse;
  const connector = timed.find(({ statement }) => statement.connector !== undefined)?.statement.connector;
  return { ...(evse === undefined ? {} : { evse }), ...(connector === undefined ? {} : { connector }) };
}

function stopReasonOf(timed: readonly Timed[]): Pick<Assessment, 'stopReason'> {
  const stopReason = timed.findLast(({ statement }) => statement.stopReason !== undefined)?.statement.stopReason;
  return stopReason === undefined ? {} : { stopReason };
}

function energyOf(
  { energyWh, registerStartWh, registerEndWh }: Metered,
  exportedWh: DecimalText | undefined,
): Pick<Assessment, 'energy' | 'energyWh' | 'exportedWh' | 'registerStartWh' | 'registerEndWh'> {
  return {
    energy: energyWh === undefined ? 'unmetered' : 'metered',
    ...(energyWh === undefined ? {} : { energyWh: energyWh.text() }),
    ...(exportedWh === undefined ? {} : { exportedWh }),
    ...(registerStartWh === undefined ? {} : { registerStartWh }),
    ...(registerEndWh === undefined ? {} : { registerEndWh }),
  };
}

/** Energy that flowed from the car: by registers, else by interval values. Recorded, never billed as import. */
function exportedOf(samples: Samples, policy: AssessmentPolicy): DecimalText | undefined {
  const { steps } = stepsOf(pointsOf(samples.of('Energy.Active.Export.Register')).points, policy);
  const amounts =
    steps.length > 1
      ? steps.map(({ energyWh }) => energyWh)
      : pointsOf(samples.of('Energy.Active.Export.Interval')).points.map(({ value }) => value);
  const [first, ...rest] = amounts;
  const exported = first === undefined ? undefined : rest.reduce((sum, amount) => sum.plus(amount), first);
  return exported === undefined || exported.isZero() ? undefined : exported.text();
}

function exportFindings(exportedWh: DecimalText | undefined): readonly Finding[] {
  if (exportedWh === undefined) return [];
  const because = 'Energy flowed from the car; it is recorded and not set against the import.';
  return [{ code: 'export-recorded', because, value: exportedWh }];
}

function periodFindings(periods: Periods): readonly Finding[] {
  return [
    ...(periods.isIdleDerived ? [IDLE_DERIVED] : []),
    ...(periods.isStateContradicted ? [STATE_CONTRADICTED] : []),
    ...(periods.isJoined ? [PERIODS_JOINED] : []),
  ];
}

const IDLE_DERIVED: Finding = {
  code: 'idle-derived',
  because: 'The station reported no state; idle time was derived from a register that stood still.',
};
const STATE_CONTRADICTED: Finding = {
  code: 'state-contradicted',
  because: 'The station reported that nothing was charged while its register rose; that time counts as charging.',
};
const PERIODS_JOINED: Finding = {
  code: 'periods-joined',
  because: 'The session has very many readings; neighbouring periods of the same state were joined.',
};
