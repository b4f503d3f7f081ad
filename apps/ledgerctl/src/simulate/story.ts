import { changesOf, stateAt, type Charging, type State } from './charging';
import type { Charger } from './charger';
import type { Chance } from './chance';
import type { Counting, Shown } from './counting';

export type Context =
  | 'Transaction.Begin'
  | 'Transaction.End'
  | 'Sample.Periodic'
  | 'Sample.Clock'
  | 'Interruption.Begin'
  | 'Interruption.End';

/** How a register is written. */
type Unit = 'Wh' | 'kWh' | 'Wh*1000' | 'none';

/** What a meter showed at a moment. */
export interface Moment {
  readonly atMs: number;
  readonly context: Context;
  readonly unit: Unit;
  /** Absent where the batch holds no energy. */
  readonly shown?: Shown;
  readonly exportedMwh?: bigint;
  readonly soc?: number;
}

/** One message of a station, before it is put into a format. */
export interface Told {
  readonly kind: 'start' | 'answer' | 'sample' | 'state' | 'stop';
  readonly atMs: number;
  readonly moments: readonly Moment[];
  /** What the message names: an id, `0`, `-1`, or nothing. */
  readonly transaction: string | undefined;
  readonly seqNo?: number;
  readonly state?: State;
  /** The register of the message itself (OCPP 1.6); `unknown` is written as -1. */
  readonly register?: Shown | 'unknown';
  /** The start that an answer belongs to, and which of its ids it gives. */
  readonly call?: string;
  readonly isLost?: boolean;
}

/** What a session is told from. */
interface Telling {
  readonly charger: Charger;
  readonly charging: Charging;
  readonly counting: Counting;
  readonly transaction: string;
  readonly chance: Chance;
  /** Moments at which the station reads its meter besides the regular ones. */
  readonly extra: readonly { readonly atMs: number; readonly context: Context }[];
  readonly feedsBack: boolean;
}

/** What a sound station tells of a charging, in order. */
export function storyOf(telling: Telling): readonly Told[] {
  const { charger, charging, transaction } = telling;
  const isOld = charger.format === 'ocpp1.6';
  const samples = samplesOf(telling);
  return [
    startOf(telling),
    ...(isOld ? [{ kind: 'answer' as const, atMs: charging.startMs, moments: [], transaction, call: 'first' }] : []),
    ...[...samples, ...statesOf(telling)].sort((one, other) => one.atMs - other.atMs),
    stopOf(telling, samples),
  ];
}

function startOf(telling: Telling): Told {
  const { charger, charging, counting, transaction } = telling;
  const { startMs: atMs } = charging;
  if (charger.format === 'ocpp1.6') {
    return { kind: 'start', atMs, moments: [], transaction: undefined, register: counting.life(atMs), call: 'first' };
  }
  return {
    kind: 'start',
    atMs,
    moments: [momentOf(telling, atMs, 'Transaction.Begin')],
    transaction,
    state: 'charging',
  };
}

function samplesOf(telling: Telling): readonly Told[] {
  const { charger, charging, transaction, extra } = telling;
  const { startMs, endMs } = charging;
  const context = charger.sampleMs >= HALF_HOUR_MS ? 'Sample.Clock' : 'Sample.Periodic';
  const count = Math.max(0, Math.ceil((endMs - startMs) / charger.sampleMs) - 1);
  const regular = Array.from({ length: count }, (_, at) => ({ atMs: startMs + (at + 1) * charger.sampleMs, context }));
  return [...regular, ...extra].map(({ atMs, context: why }) => {
    const state = stateAt(charging, atMs);
    const moments = [momentOf(telling, atMs, why as Context)];
    return { kind: 'sample', atMs, moments, transaction, ...(charger.format === 'ocpp1.6' ? {} : { state }) };
  });
}

const HALF_HOUR_MS = 30 * 60_000;

function statesOf({ charger, charging, transaction }: Telling): readonly Told[] {
  const isOld = charger.format === 'ocpp1.6';
  const changes = isOld ? [charging.startMs + 1_000, ...changesOf(charging)] : changesOf(charging);
  return changes.map((atMs) => {
    const state = stateAt(charging, atMs);
    return { kind: 'state', atMs, moments: [], state, transaction: isOld ? undefined : transaction };
  });
}

function stopOf(telling: Telling, samples: readonly Told[]): Told {
  const { charger, charging, counting, transaction } = telling;
  const { startMs, endMs: atMs } = charging;
  const end = momentOf(telling, atMs, 'Transaction.End');
  if (charger.format !== 'ocpp1.6') return { kind: 'stop', atMs, moments: [end], transaction };
  const begin = momentOf(telling, startMs, 'Transaction.Begin');
  const moments = charger.repeatsSamples ? [begin, ...samples.flatMap((sample) => sample.moments), end] : [];
  return { kind: 'stop', atMs, moments, transaction, register: counting.life(atMs) };
}

function momentOf({ charger, counting, chance, feedsBack }: Telling, atMs: number, context: Context): Moment {
  return {
    atMs,
    context,
    unit: unitOf(charger, chance),
    shown: counting.reading(atMs),
    ...(feedsBack ? { exportedMwh: counting.exportedMwh(atMs) } : {}),
    ...(charger.kind === 'fast' ? { soc: chance.whole(10, 100) } : {}),
  };
}

function unitOf(charger: Charger, chance: Chance): Unit {
  if (!charger.traits.has('unit-mix')) return 'Wh';
  return charger.format === 'ocpp1.6' ? chance.pick(['Wh', 'kWh']) : chance.pick(['Wh', 'kWh', 'Wh*1000']);
}
