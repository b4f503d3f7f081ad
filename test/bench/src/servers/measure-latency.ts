import { fleetLines } from '../fleet';
import type { FleetPlan } from '../fleet';
import { publishOver } from '../measure-services';
import { ServiceFailed, send } from '../service-process';
import type { ServiceProcess } from '../service-process';
import { sleep } from '../sleep';
import type { GivenServers } from './given-servers';
import { ServerLedger } from './server-ledger';

/** How fast statements are sent, and for how long. */
export interface Load {
  readonly statementsPerSecond: number;
  readonly seconds: number;
  readonly seed: number;
}

/** How long it took from the answer 202 for the last statement of a session until its final charge could be asked for. */
export interface LatencyRow {
  readonly askedPerSecond: number;
  /** What was really sent and acknowledged. */
  readonly sentPerSecond: number;
  /** Statements by the time until the last charge could be asked for. */
  readonly finishedPerSecond: number;
  readonly charges: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Statements are sent in one request every so many ms. */
const TICK_MS = 50;
/** How often a charge that is not there yet is asked for again. */
const ASK_AGAIN_MS = 20;
/** How long a charge may take. */
const CHARGE_MS_MAX = 600_000;
const MS = 1_000;
/** The part of the measured time that goes before it: services that have just started are not what is measured. */
const WARM_UP_SHARE = 0.5;

/** Ingestion, ledger and billing, each in its process, under a steady load. */
export async function measureLatency(servers: GivenServers, load: Load): Promise<LatencyRow> {
  const ledger = await ServerLedger.open(servers);
  try {
    const ingestion = await ledger.start('ingestion');
    const [ledgerService, billing] = await Promise.all([ledger.start('ledger'), ledger.start('billing')]);
    const plan = planOf(load);
    await publishOver({ locations: ledgerService.url, tariffs: billing.url }, plan);
    return await new LoadRun(ingestion, billing, load).run(plan);
  } finally {
    await ledger.close();
  }
}

/** Each session is at a station of its own, so that a station's charge is the session's. */
function planOf({ statementsPerSecond, seconds, seed }: Load): FleetPlan {
  const statements = Math.round(statementsPerSecond * (1 + WARM_UP_SHARE) * seconds);
  return { statements, connectors: statements, seed };
}

/** One fleet sent at a steady rate, and the wait for each of its charges. */
class LoadRun {
  /** Statements of each station that were not acknowledged yet. */
  private readonly outstanding = new Map<string, number>();
  private readonly waits: number[] = [];
  private readonly asking: Promise<void>[] = [];
  private countedFrom = 0;

  constructor(
    private readonly ingestion: ServiceProcess,
    private readonly billing: ServiceProcess,
    private readonly load: Load,
  ) {}

  async run(plan: FleetPlan): Promise<LatencyRow> {
    const lines = [...fleetLines(plan)];
    for (const line of lines) {
      const station = stationOf(line);
      this.outstanding.set(station, (this.outstanding.get(station) ?? 0) + 1);
    }
    const startedAt = performance.now();
    this.countedFrom = startedAt + WARM_UP_SHARE * this.load.seconds * MS;
    await this.sendAll(lines, startedAt);
    const sentSeconds = (performance.now() - startedAt) / MS;
    await Promise.all(this.asking);
    const finishedSeconds = (performance.now() - startedAt) / MS;
    return this.row(lines.length, sentSeconds, finishedSeconds);
  }

  private async sendAll(lines: readonly string[], startedAt: number): Promise<void> {
    const perTick = Math.max(1, Math.round((this.load.statementsPerSecond * TICK_MS) / MS));
    const sending: Promise<void>[] = [];
    for (let from = 0; from < lines.length; from += perTick) {
      await sleep(startedAt + (from / perTick) * TICK_MS - performance.now());
      sending.push(this.sendSome(lines.slice(from, from + perTick)));
    }
    await Promise.all(sending);
  }

  private async sendSome(lines: readonly string[]): Promise<void> {
    const request = { method: 'POST', type: 'application/x-ndjson', body: `${lines.join('\n')}\n` };
    await send(`${this.ingestion.url}/v1/meter-events`, request);
    const acknowledgedAt = performance.now();
    for (const line of lines) {
      const station = stationOf(line);
      const left = (this.outstanding.get(station) ?? 0) - 1;
      this.outstanding.set(station, left);
      if (left === 0) this.asking.push(this.askFor(station, acknowledgedAt));
    }
  }

  private async askFor(station: string, acknowledgedAt: number): Promise<void> {
    const url = `${this.billing.url}/v1/charges?state=final&station=${station}`;
    for (;;) {
      const { items } = (await (await fetch(url)).json()) as { readonly items: readonly unknown[] };
      if (items.length > 0) break;
      if (performance.now() > acknowledgedAt + CHARGE_MS_MAX) throw new ServiceFailed(`${station} has no final charge`);
      await sleep(ASK_AGAIN_MS);
    }
    if (acknowledgedAt > this.countedFrom) this.waits.push(performance.now() - acknowledgedAt);
  }

  private row(statements: number, sentSeconds: number, finishedSeconds: number): LatencyRow {
    const sorted = this.waits.sort((one, other) => one - other);
    return {
      askedPerSecond: this.load.statementsPerSecond,
      sentPerSecond: statements / sentSeconds,
      finishedPerSecond: statements / finishedSeconds,
      charges: sorted.length,
      p50Ms: percentile(sorted, 50),
      p90Ms: percentile(sorted, 90),
      p99Ms: percentile(sorted, 99),
      maxMs: percentile(sorted, 100),
    };
  }
}

/** The smallest value that so many percent of the values do not exceed (nearest rank). */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? NaN;
}

function stationOf(line: string): string {
  const { subject } = JSON.parse(line) as { readonly subject: string };
  return subject.split('/')[0] ?? subject;
}
