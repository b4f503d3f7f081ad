import type { Charger } from './charger';
import type { Charging } from './charging';
import { energyUntil } from './charging';
import type { DeviceClock } from './clock';
import { decimalOf, type Shown } from './counting';
import type { Sent } from './delivery';
import type { FaultName } from './faults';
import type { Told } from './story';

/** What is true of one session, and what the messages that arrived can tell of it. Energies in Wh, decimal text. */
export interface Truth {
  readonly station: string;
  readonly connector: string;
  readonly format: string;
  /** Every id that a message named. */
  readonly transactions: readonly string[];
  readonly startedAt: string;
  /** When it began by the station's own clock. */
  readonly statedAt: string;
  readonly endedAt: string;
  readonly energyWh: string;
  /** How far the station's own rounding may move the energy. */
  readonly resolutionWh: string;
  /** Energy that no two registers of one count that arrived can tell of. */
  readonly unseenWh: string;
  readonly exportedWh: string;
  /** Messages that arrived at least once. */
  readonly messages: number;
  readonly faults: readonly FaultName[];
  /** Where nothing is wrong: the energy between the registers that both ends show, to the digit. */
  readonly shownWh?: string;
}

/** What is true, and what can be known, of a session. */
export function truthOf(
  charger: Charger,
  session: {
    readonly charging: Charging;
    readonly connector: number;
    readonly clock: DeviceClock;
    readonly faults: ReadonlySet<FaultName>;
    readonly told: readonly Told[];
    readonly sent: readonly Sent[];
    /** How many counts of the meter the session spans: each one rounds by itself. */
    readonly counts: number;
    /** What the ends show, where nothing is wrong and both show the same count. */
    readonly shownMwh: bigint | undefined;
  },
): Truth {
  const { charging, connector, clock, faults, told, sent, counts, shownMwh } = session;
  const energyMwh = energyUntil(charging, charging.endMs);
  const arrived = new Set(sent.map((one) => one.told));
  const named = told.flatMap(({ transaction }) => (isId(transaction) ? [transaction] : []));
  const isWhole = charger.format === 'ocpp1.6' && charger.stepMwh < 1_000n;
  return {
    station: charger.station,
    connector: `${connector}`,
    format: charger.format,
    transactions: [...new Set(named)],
    startedAt: new Date(charging.startMs).toISOString(),
    statedAt: new Date(clock(charging.startMs)).toISOString(),
    endedAt: new Date(charging.endMs).toISOString(),
    energyWh: decimalOf(energyMwh),
    resolutionWh: decimalOf((isWhole ? 1_000n : charger.stepMwh) * BigInt(counts)),
    unseenWh: decimalOf(energyMwh - seenMwh([...arrived], charger)),
    exportedWh: decimalOf(energyUntil(charging, charging.endMs, 'export')),
    messages: arrived.size,
    faults: [...faults, ...charger.traits],
    ...(shownMwh === undefined ? {} : { shownWh: decimalOf(shownMwh) }),
  };
}

function isId(transaction: string | undefined): transaction is string {
  return transaction !== undefined && transaction !== '0' && transaction !== '-1';
}

/** The energy between the first and the last true register of each count. */
function seenMwh(arrived: readonly Told[], charger: Charger): bigint {
  const spans = new Map<number, { least: bigint; most: bigint }>();
  for (const { epoch, meteredMwh } of arrived.flatMap((told) => registersIn(told, charger))) {
    const span = spans.get(epoch) ?? { least: meteredMwh, most: meteredMwh };
    const least = meteredMwh < span.least ? meteredMwh : span.least;
    spans.set(epoch, { least, most: meteredMwh > span.most ? meteredMwh : span.most });
  }
  return [...spans.values()].reduce((sum, { least, most }) => sum + most - least, 0n);
}

/** The true registers of a message; a normalised event without a unit is set aside whole. */
function registersIn({ register, moments }: Told, { format }: Charger): readonly Shown[] {
  if (format === 'cloudevents' && moments.some(({ unit }) => unit === 'none')) return [];
  const stated = register === 'unknown' ? undefined : register;
  return [stated, ...moments.map(({ shown }) => shown)].flatMap((shown) => (shown?.isTrue === true ? [shown] : []));
}
