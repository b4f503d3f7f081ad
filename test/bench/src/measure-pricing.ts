import { priceContractLine } from '@ledger/tariff';

import { TARIFF_TEXT } from './book';
import { randomOf } from './fleet';
import type { FleetPlan } from './fleet';
import { parseAndHash } from './raw-limit';
import type { Measured } from './result';
import { Stopwatch } from './stopwatch';
import type { Spent } from './stopwatch';

/** Charging periods of a priced session. */
const PERIODS = 4;
/** Lines that are made before each stretch that is measured. */
const LINES_AT_ONCE = 1_000;
/** Statements of a run for which one session is priced. */
const STATEMENTS_OF_LINE = 5;

/** One line of the pricing contract in, one line out; nothing is stored, so the raw limit stores nothing either. */
export function measurePricing(plan: FleetPlan): Measured {
  const count = Math.max(LINES_AT_ONCE, Math.round(plan.statements / STATEMENTS_OF_LINE));
  const raw = overLines(plan.seed, count, parseAndHash);
  const ledger = overLines(plan.seed, count, (line) => priced(line));
  return { name: 'pricing', unit: 'sessions', count, ledger, raw };
}

function priced(line: string): void {
  const answer = priceContractLine(line);
  if (answer.includes('"error"')) throw new Error(answer);
}

function overLines(seed: number, count: number, onLine: (line: string) => void): Spent {
  const random = randomOf(seed);
  const watch = new Stopwatch();
  for (let made = 0; made < count; made += LINES_AT_ONCE) {
    const size = Math.min(LINES_AT_ONCE, count - made);
    const lines = Array.from({ length: size }, (_, at) => priceLine(`s-${made + at}`, random));
    watch.start();
    for (const line of lines) onLine(line);
    watch.pause();
  }
  return watch.spent();
}

function priceLine(id: string, random: () => number): string {
  const startedAt = Date.parse('2024-01-01T00:00:00Z') + Math.floor(random() * 31_536_000) * 1_000;
  const at = (hours: number): string => new Date(startedAt + hours * 3_600_000).toISOString();
  const session = {
    start_date_time: at(0),
    end_date_time: at(PERIODS / 2),
    charging_periods: Array.from({ length: PERIODS }, (_, period) => ({
      start_date_time: at(period / 2),
      dimensions: [
        { type: 'ENERGY', volume: Math.floor(random() * 20_000) / 1_000 },
        { type: 'TIME', volume: 0.5 },
      ],
    })),
  };
  const line = JSON.stringify({ id, ocpi_version: '2.2.1', timezone: 'Europe/Berlin', session });
  return `${line.slice(0, -1)},"tariff":${TARIFF_TEXT}}`;
}
