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
/** A charge that is not there is asked for again after so long, or after this part of the wait so far: asking is work, too. */
const ASK_AGAIN_MS = 50;
const ASK_AGAIN_SHARE = 0.1;
/** Most charges that are asked for in a second of load: one of every so many sessions is, whatever becomes of the others. */
const ASKED_PER_SECOND_MAX = 20;
/** A gateway that is told to come again does so after this. */
const COME_AGAIN_MS = 100;
const TOO_MANY_REQUESTS = 429;
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
  /** Those whose charge is asked for. */
  private readonly asked = new Set<string>();
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
    const seconds = lines.length / this.load.statementsPerSecond;
    const every = Math.ceil(this.outstanding.size / seconds / ASKED_PER_SECOND_MAX);
    [...this.outstanding.keys()].forEach((station, index) => {
      if (index % every === 0) this.asked.add(station);
    });
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
      const sent = this.sendSome(lines.slice(from, from + perTick));
      // It is awaited in the end; until then a failure must not count as one that nobody handles, which would leave the services behind.
      sent.catch(() => undefined);
      sending.push(sent);
    }
    await Promise.all(sending);
  }

  private async sendSome(lines: readonly string[]): Promise<void> {
    const request = { method: 'POST', type: 'application/x-ndjson', body: `${lines.join('\n')}\n` };
    await sendPatiently(`${this.ingestion.url}/v1/meter-events`, request);
    const acknowledgedAt = performance.now();
    for (const line of lines) {
      const station = stationOf(line);
      const left = (this.outstanding.get(station) ?? 0) - 1;
      this.outstanding.set(station, left);
      if (left === 0 && this.asked.has(station)) this.ask(station, acknowledgedAt);
    }
  }

  private ask(station: string, acknowledgedAt: number): void {
    const answer = this.askFor(station, acknowledgedAt);
    answer.catch(() => undefined);
    this.asking.push(answer);
  }

  private async askFor(station: string, acknowledgedAt: number): Promise<void> {
    const url = `${this.billing.url}/v1/charges?state=final&station=${station}`;
    for (;;) {
      await sleep(Math.max(ASK_AGAIN_MS, ASK_AGAIN_SHARE * (performance.now() - acknowledgedAt)));
      const { items } = (await (await fetch(url)).json()) as { readonly items: readonly unknown[] };
      if (items.length > 0) break;
      if (performance.now() > acknowledgedAt + CHARGE_MS_MAX) throw new ServiceFailed(`${station} has no final charge`);
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

/** Sends until it is taken: an ingestion that has its hands full says so, and the gateway comes again. */
async function sendPatiently(url: string, request: Parameters<typeof send>[1]): Promise<void> {
  for (;;) {
    try {
      await send(url, request);
      return;
    } catch (error) {
      if (!(error instanceof ServiceFailed && error.status === TOO_MANY_REQUESTS)) throw error;
      await sleep(COME_AGAIN_MS);
    }
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
