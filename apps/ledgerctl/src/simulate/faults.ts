import { badInput } from '../exit';

interface Fault {
  /** Share of what it strikes, unless the caller says otherwise. */
  readonly rate: number;
  /** What the rate counts: chargers that are made so, or sessions in which it happens. */
  readonly of: 'chargers' | 'sessions';
  readonly says: string;
}

/** Everything that goes wrong in a simulated fleet. */
export const FAULTS = {
  'phase-only': { rate: 0.1, of: 'chargers', says: 'registers per phase and no total' },
  'unit-mix': { rate: 0.15, of: 'chargers', says: 'Wh, kWh and powers of ten side by side' },
  'per-session-register': { rate: 0.08, of: 'chargers', says: 'readings count from 0 in each session' },
  'transaction-reused': { rate: 0.03, of: 'chargers', says: 'transaction ids are used again after a few sessions' },
  'clock-ahead': { rate: 0.02, of: 'chargers', says: 'the clock runs two hours ahead' },
  'clock-local': { rate: 0.03, of: 'chargers', says: 'local time is sent as if it were UTC' },
  'clock-1970': { rate: 0.01, of: 'sessions', says: 'the clock began at 1970 when the station booted' },
  'clock-corrected': { rate: 0.01, of: 'sessions', says: 'a wrong clock is set right in mid-session' },
  offline: { rate: 0.05, of: 'sessions', says: 'messages wait in the station for hours' },
  retry: { rate: 0.05, of: 'sessions', says: 'messages are sent again under new ids' },
  'stop-retry': { rate: 0.03, of: 'sessions', says: 'the stop is sent up to five times more, also days later' },
  'start-lost': { rate: 0.01, of: 'sessions', says: 'the start never arrives' },
  'stop-lost': { rate: 0.02, of: 'sessions', says: 'the stop never arrives' },
  'samples-lost': { rate: 0.05, of: 'sessions', says: 'samples in the middle never arrive' },
  'stop-unknown': { rate: 0.005, of: 'sessions', says: 'only the stop arrives' },
  'register-reset': { rate: 0.01, of: 'sessions', says: 'the register falls to 0 in mid-session' },
  'meter-swapped': { rate: 0.01, of: 'sessions', says: 'the meter is exchanged in mid-session' },
  'roll-over': { rate: 0.01, of: 'sessions', says: 'the register reaches the end of its range' },
  'register-impossible': { rate: 0.01, of: 'sessions', says: 'one register is far from what can be' },
  'begin-zero': { rate: 0.01, of: 'sessions', says: 'the register at the start is 0 before it is known' },
  'register-unknown': { rate: 0.01, of: 'sessions', says: 'the stop states a register of -1, or none' },
  'unit-missing': { rate: 0.02, of: 'sessions', says: 'one sample names no unit' },
  'transaction-missing': { rate: 0.03, of: 'sessions', says: 'samples name no transaction, or 0, or -1' },
  'transaction-reanswered': { rate: 0.01, of: 'sessions', says: 'the start is sent again and answered by another id' },
  'answer-lost': { rate: 0.005, of: 'sessions', says: 'the answer to the start never arrives' },
  'power-loss': { rate: 0.01, of: 'sessions', says: 'power is lost and the same car goes on under a new id' },
  'conflicting-stop': { rate: 0.01, of: 'sessions', says: 'a second stop states another register' },
  'v2g-export': { rate: 0.01, of: 'sessions', says: 'the car feeds energy back' },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof FAULTS;

/** The share of chargers or sessions that each fault strikes. */
export type FaultRates = Readonly<Record<FaultName, number>>;

/** The names of all faults, in order. */
export const FAULT_NAMES = Object.keys(FAULTS) as readonly FaultName[];

/** No fault at all. */
export const NO_FAULTS: FaultRates = ratesOf(() => 0);

/** Every fault at its usual rate. */
export const ALL_FAULTS: FaultRates = ratesOf((name) => FAULTS[name].rate);

/**
 * Reads `all`, `none`, or a list such as `stop-lost,clock-1970=0.5`: the faults named, at their usual or the stated rate.
 * @throws CommandFailed naming what is wrong
 */
export function parseFaults(text: string): FaultRates {
  if (text === 'all') return ALL_FAULTS;
  if (text === 'none') return NO_FAULTS;
  const stated = new Map<string, number>();
  for (const item of text.split(',')) {
    const [name = '', rate] = item.trim().split('=');
    if (!(name in FAULTS))
      throw badInput(`--faults: no fault is called "${name}"; there are ${FAULT_NAMES.join(', ')}`);
    stated.set(name, rate === undefined ? usualRate(name) : shareOf(rate, `--faults: the rate of ${name}`));
  }
  return ratesOf((name) => stated.get(name) ?? 0);
}

/** A share from 0 to 1. @throws CommandFailed */
export function shareOf(text: string, what: string): number {
  const share = /^(?:0|1|0?\.[0-9]+|0\.[0-9]+|1\.0+)$/.test(text) ? Number(text) : -1;
  if (share >= 0 && share <= 1) return share;
  throw badInput(`${what} has to be a share from 0 to 1, such as 0.02`);
}

function usualRate(name: string): number {
  return FAULTS[name as FaultName].rate;
}

function ratesOf(rateOf: (name: FaultName) => number): FaultRates {
  return Object.fromEntries(FAULT_NAMES.map((name) => [name, rateOf(name)])) as FaultRates;
}
