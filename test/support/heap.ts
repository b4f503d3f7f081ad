/** The heap that `npm start` and the images give a service. */
export const HEAP = ['--max-old-space-size=256', '--max-semi-space-size=32', '--heap-growing-percent=100'] as const;

/** The heap of a ledger that runs by itself, and what it keeps in it: as `npm run start:ledger` and `deploy/` have it. */
export const LEDGER_HEAP = [
  '--max-old-space-size=640',
  '--max-semi-space-size=32',
  '--heap-growing-percent=100',
] as const;
export const LEDGER_CACHE_MB = '320';
