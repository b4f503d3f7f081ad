import type { FaultName } from './faults';

const CLOCKS = [
  'starts-differ',
  'clock-unset',
  'clock-ahead',
  'clock-stepped',
  'clock-unusable',
  'clock-impossible',
  'overlap',
];
const FALLS = [
  'register-fell',
  'register-reset',
  'register-exchanged',
  'register-rolled-over',
  'roll-over-unconfirmed',
  'register-stray',
  'register-continuity',
  'registers-disagree',
  'power-impossible',
  'power-unlike',
];
const INFERRED = ['baseline-inferred', 'final-inferred', 'gap', 'unmetered'];
const COUNTS = ['register-per-session', 'registers-disagree', 'register-fell', 'register-continuity'];
const CLOCKS_AND_ORDER = [
  ...CLOCKS,
  'register-fell',
  'register-continuity',
  'reading-before-start',
  'reading-after-end',
  'power-impossible',
  'power-unlike',
];
const ALONE = [
  'no-start',
  'no-end',
  'end-bounded',
  'attribution-inferred',
  'energy-without-time',
  'time-without-energy',
];

/** The findings and holds that each fault may rightly lead to. */
const CAUSES: Readonly<Record<FaultName, readonly string[]>> = {
  'phase-only': ['phases-incomplete'],
  'unit-mix': [],
  'per-session-register': COUNTS,
  'transaction-reused': ['starts-differ', 'conflicting-evidence', 'overlap', ...FALLS, ...ALONE],
  'clock-ahead': CLOCKS_AND_ORDER,
  'clock-local': CLOCKS_AND_ORDER,
  'clock-1970': [...CLOCKS_AND_ORDER, 'energy-without-time'],
  'clock-corrected': [...CLOCKS_AND_ORDER, 'energy-without-time'],
  offline: [...INFERRED],
  retry: [],
  'stop-retry': [],
  'start-lost': ['no-start', ...INFERRED, ...ALONE],
  'stop-lost': ['no-end', 'end-bounded', ...INFERRED],
  'samples-lost': INFERRED,
  'stop-unknown': [...ALONE, ...INFERRED],
  'register-reset': FALLS,
  'meter-swapped': FALLS,
  'roll-over': FALLS,
  'register-impossible': ['end-registers-differ', 'start-registers-differ', ...FALLS],
  'begin-zero': [...INFERRED, ...FALLS],
  'register-unknown': ['register-unknown', ...INFERRED],
  'unit-missing': INFERRED,
  'transaction-missing': ['attribution-inferred', ...ALONE, ...INFERRED],
  'transaction-reanswered': ['overlap', ...ALONE, ...INFERRED],
  'answer-lost': ['starts-differ', ...ALONE, ...INFERRED, 'overlap'],
  'power-loss': [...ALONE, ...INFERRED, 'overlap'],
  'conflicting-stop': ['conflicting-evidence', 'ends-differ', 'register-continuity'],
  'v2g-export': ['export-recorded', 'time-without-energy'],
};

/** What a session's neighbours on the connector may lead to in it. */
const FROM_NEIGHBOURS: ReadonlySet<string> = new Set(['overlap', 'register-continuity', 'end-bounded', 'no-end']);

/** Tells whether the faults of a session, or of its neighbours, explain what the ledger says of it. */
export function explains(
  codes: readonly string[],
  faults: { readonly own: readonly FaultName[]; readonly near: readonly FaultName[] },
): boolean {
  const own = new Set(faults.own.flatMap((fault) => CAUSES[fault]));
  const near = new Set(faults.near.flatMap((fault) => CAUSES[fault]));
  return codes.some((code) => own.has(code) || (FROM_NEIGHBOURS.has(code) && near.has(code)));
}
