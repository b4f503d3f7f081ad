import { openBenchFolder } from './bench-folder';
import type { FleetPlan } from './fleet';
import { ledgerRebuild, ledgerReplay } from './measure-events';
import { ledgerFold } from './measure-fold';
import { ledgerIntake } from './measure-intake';
import type { Spent } from './stopwatch';

/** What one statement costs at one size of the ledger, in microseconds of processor time, and the most memory in use. */
export interface GrowthRow {
  readonly statements: number;
  readonly cpuUsPerStatement: Readonly<Record<GrowthStep, number>>;
  readonly wallUsPerStatement: Readonly<Record<GrowthStep, number>>;
  readonly peakRssMb: number;
}

/** The steps whose cost is watched. */
export const GROWTH_STEPS = ['intake', 'fold', 'rebuild', 'replay'] as const;
type GrowthStep = (typeof GROWTH_STEPS)[number];

/** Runs the steps at each size, smallest first, without raw limits. */
export async function runGrowth(
  fleet: FleetPlan,
  sizes: readonly number[],
  onProgress: (text: string) => void,
): Promise<readonly GrowthRow[]> {
  const rows: GrowthRow[] = [];
  for (const statements of [...sizes].sort((one, other) => one - other)) {
    rows.push(await growthRow({ ...fleet, statements }, (step) => onProgress(`${statements} statements: ${step}`)));
  }
  return rows;
}

async function growthRow(fleet: FleetPlan, onStep: (step: GrowthStep) => void): Promise<GrowthRow> {
  const folder = await openBenchFolder(fleet);
  try {
    const spent: Record<GrowthStep, Spent> = {
      intake: (onStep('intake'), await ledgerIntake(folder)),
      fold: (onStep('fold'), await ledgerFold(folder)),
      rebuild: (onStep('rebuild'), (await ledgerRebuild(folder)).ledger),
      replay: (onStep('replay'), (await ledgerReplay(folder)).ledger),
    };
    const { lines } = folder.delivery;
    const each = (secondsOf: (spent: Spent) => number): Record<GrowthStep, number> => ({
      intake: (secondsOf(spent.intake) * 1_000_000) / lines,
      fold: (secondsOf(spent.fold) * 1_000_000) / lines,
      rebuild: (secondsOf(spent.rebuild) * 1_000_000) / lines,
      replay: (secondsOf(spent.replay) * 1_000_000) / lines,
    });
    const peak = Math.max(...GROWTH_STEPS.map((step) => spent[step].peakRssBytes));
    return {
      statements: lines,
      cpuUsPerStatement: each(({ cpuSeconds }) => cpuSeconds),
      wallUsPerStatement: each(({ wallSeconds }) => wallSeconds),
      peakRssMb: Math.round(peak / 1_048_576),
    };
  } finally {
    await folder.end();
  }
}
