import { chanceOf, type Chance } from './chance';
import { FAULTS, FAULT_NAMES, type FaultName, type FaultRates } from './faults';

/** How chargers tell of their sessions. */
export const FORMATS = ['cloudevents', 'ocpp1.6', 'ocpp2.0.1'] as const;
export type Format = (typeof FORMATS)[number];

/** Which fleet is simulated: the same answers give the same bytes. */
export interface FleetPlan {
  readonly chargers: number;
  readonly seed: number;
  /** Sessions of each charger; or `days`, until which its sessions begin. */
  readonly sessions: number | undefined;
  readonly days: number | undefined;
  readonly format: Format | 'mixed';
  readonly faults: FaultRates;
  /** Share of messages that are delivered twice, byte for byte. */
  readonly duplicates: number;
  /** The moment at which the fleet begins, in milliseconds. */
  readonly fromMs: number;
}

/** A charger as it was built and set up. */
export interface Charger {
  readonly station: string;
  readonly gateway: string;
  readonly kind: 'home' | 'public' | 'fast';
  readonly format: Format;
  readonly connectors: number;
  readonly phases: 1 | 3;
  readonly powerMaxW: number;
  /** Faults of its make. */
  readonly traits: ReadonlySet<FaultName>;
  /** What its clock is ahead of UTC. */
  readonly clockAheadMs: number;
  readonly sampleMs: number;
  /** The smallest step of its register in thousandths of a Wh. */
  readonly stepMwh: bigint;
  /** It repeats all samples in its stop (OCPP 1.6, transactionData). */
  readonly repeatsSamples: boolean;
  readonly rangeMwh: bigint;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const GATEWAYS = 10;

const KINDS = {
  home: { connectors: [1], powersW: [3_680, 11_000], sampleMs: [15 * MINUTE_MS, 60 * MINUTE_MS] },
  public: { connectors: [1, 2], powersW: [11_000, 22_000], sampleMs: [5 * MINUTE_MS, 15 * MINUTE_MS] },
  fast: { connectors: [1, 2], powersW: [50_000, 150_000], sampleMs: [2 * MINUTE_MS, 5 * MINUTE_MS] },
} as const;

/** The charger of a number, from 0 on. */
export function chargerOf(plan: FleetPlan, number: number): Charger {
  const chance = chanceOf(plan.seed, 'charger', number);
  const kind = chance.pick<Charger['kind']>(['home', 'home', 'public', 'public', 'fast']);
  const { connectors, powersW, sampleMs } = KINDS[kind];
  const powerMaxW = chance.pick<number>(powersW);
  const format = plan.format === 'mixed' ? chance.pick(FORMATS) : plan.format;
  const traits = traitsOf(plan.faults, chance);
  const isAhead = traits.has('clock-ahead');
  return {
    station: `SIM-${plan.seed}-${String(number + 1).padStart(5, '0')}`,
    gateway: `sim-gw-${(number % GATEWAYS) + 1}`,
    kind,
    format,
    connectors: chance.pick<number>(connectors),
    phases: powerMaxW < 4_000 ? 1 : 3,
    powerMaxW,
    traits,
    clockAheadMs: isAhead ? 2 * HOUR_MS : traits.has('clock-local') ? chance.pick([1, 2, -5, 9]) * HOUR_MS : 0,
    sampleMs: chance.pick<number>(sampleMs),
    stepMwh: chance.pick([1_000n, 1_000n, 100n, 1n, 10_000n]),
    repeatsSamples: chance.happens(0.3),
    rangeMwh: chance.pick([100_000_000_000n, 1_000_000_000_000n]),
  };
}

function traitsOf(rates: FaultRates, chance: Chance): ReadonlySet<FaultName> {
  const made = FAULT_NAMES.filter((name) => FAULTS[name].of === 'chargers' && chance.happens(rates[name]));
  return new Set(made);
}
