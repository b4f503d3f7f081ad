import type { ReplayComparison } from '@ledger/usecases';

import type { Client } from '../client';
import { CommandFailed, EXIT } from '../exit';
import { Exact } from '@ledger/units';

/** Sums of one currency. */
export interface CurrencyTotal {
  readonly currency: string;
  readonly count: number;
  readonly totalInclTax: string;
  readonly energyWh: string;
}

/** What the demo found. */
export interface DemoFindings {
  readonly verdicts: Readonly<Record<string, number>>;
  readonly sessions: number;
  readonly energyWh: string;
  readonly totals: readonly CurrencyTotal[];
  readonly final: readonly CurrencyTotal[];
  readonly replay: ReplayComparison;
}

/** How the run went. */
export interface DemoRun {
  readonly seconds: number;
  readonly statements: number;
}

/** Collects verdicts and sums, and replays everything. */
export async function findings(client: Client): Promise<DemoFindings> {
  const { items: totals } = await client.json<{ items: readonly CurrencyTotal[] }>('/v1/charges/totals');
  const { items: final } = await client.json<{ items: readonly CurrencyTotal[] }>('/v1/charges/totals?state=final');
  const { items: verdicts } = await client.json<{ items: readonly { verdict: string; count: number }[] }>(
    '/v1/receipts/totals',
  );
  return {
    verdicts: Object.fromEntries(verdicts.map(({ verdict, count }) => [verdict, count])),
    sessions: totals.reduce((sum, { count }) => sum + count, 0),
    energyWh: totals.reduce((sum, { energyWh }) => sum.plus(energyWh), new Exact(0)).toFixed(),
    totals,
    final,
    replay: await replay(client),
  };
}

/** The machine's line: `interfaces.md`, section 4. */
export function resultOf(found: DemoFindings, { seconds, statements }: DemoRun): object {
  const { verdicts, sessions, energyWh, final, replay: compared } = found;
  return {
    statements,
    verdicts,
    sessions,
    energyWh,
    charges: final.map(({ currency, count, totalInclTax }) => ({ currency, count, total: totalInclTax })),
    digest: compared.live.digest,
    replayDigest: compared.digest,
    seconds: Math.round(seconds * 10) / 10,
  };
}

interface ReplayState {
  readonly id: string;
  readonly status: 'running' | 'done' | 'failed';
  readonly report?: ReplayComparison;
  readonly reason?: string;
}

async function replay(client: Client): Promise<ReplayComparison> {
  let state = await client.json<ReplayState>('/v1/replays', { method: 'POST', body: '{}' });
  while (state.status === 'running') {
    await new Promise((resolve) => setTimeout(resolve, 100));
    state = await client.json<ReplayState>(`/v1/replays/${state.id}`);
  }
  if (state.report === undefined) throw new CommandFailed(`the replay failed: ${state.reason ?? ''}`, EXIT.checkFailed);
  return state.report;
}
