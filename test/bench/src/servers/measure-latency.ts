import { REPEATED_SHARE, SESSION_STATEMENTS, STATEMENTS_UNTIL_STEADY, fleetLines } from '../fleet';
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
/** Most charges that are asked for in a second of load, one in so many sessions, whatever becomes of the others. */
const ASKED_PER_SECOND_MAX = 20;
/** A gateway that is told to come again does so after this. */
const COME_AGAIN_MS = 100;
const TOO_MANY_REQUESTS = 429;
/** How long a charge may take. */
const CHARGE_MS_MAX = 600_000;
const MS = 1_000;
/**
 * The part of the measured time that goes before it: services that have just started are not what is measured, nor a fleet in
 * which sessions only begin.
 */
const WARM_UP_SHARE = 1;

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

/**
 * A fleet that is steady when the warm-up ends, and that goes on for longer than it is sent: in the rounds after its last session has
 * begun nearly all that it says are ends.
 */
function planOf(load: Load): FleetPlan {
  const warmUp = load.statementsPerSecond * WARM_UP_SHARE * load.seconds;
  const connectors = Math.max(1, Math.round(warmUp / STATEMENTS_UNTIL_STEADY));
  return { statements: 2 * sentBy(load), connectors, seed: load.seed };
}

function sentBy({ statementsPerSecond, seconds }: Load): number {
  return Math.round(statementsPerSecond * (1 + WARM_UP_SHARE) * seconds);
}

/** A statement of the fleet, and what is needed to ask for the charge of its session. */
interface Sent {
  readonly line: string;
  readonly session: string;
  readonly station: string;
  /** The station's; no two statements of a session have the same. */
  readonly time: string;
}

function* sentOf(load: Load, plan: FleetPlan): Generator<Sent> {
  let left = sentBy(load);
  for (const line of fleetLines(plan)) {
    if (left === 0) return;
    left -= 1;
    const { id, subject, time } = JSON.parse(line) as Readonly<Record<'id' | 'subject' | 'time', string>>;
    yield { line, time, session: id.split('/')[0] ?? id, station: subject.split('/')[0] ?? subject };
  }
}

/** A session that ended, all of whose statements were acknowledged. */
interface Acknowledged {
  readonly station: string;
  readonly times: ReadonlySet<string>;
  readonly acknowledgedAt: number;
}

/** One fleet sent at a steady rate, and the wait for each of its charges. */
class LoadRun {
  /** The times of the statements of each session that were acknowledged so far; some come twice. */
  private readonly acknowledged = new Map<string, Set<string>>();
  private sessions = 0;
  private readonly waits: number[] = [];
  private readonly asking: Promise<void>[] = [];
  private countedFrom = 0;

  constructor(
    private readonly ingestion: ServiceProcess,
    private readonly billing: ServiceProcess,
    private readonly load: Load,
  ) {}

  async run(plan: FleetPlan): Promise<LatencyRow> {
    const statements = [...sentOf(this.load, plan)];
    const startedAt = performance.now();
    this.countedFrom = startedAt + WARM_UP_SHARE * this.load.seconds * MS;
    await this.sendAll(statements, startedAt);
    const sentSeconds = (performance.now() - startedAt) / MS;
    await Promise.all(this.asking);
    const finishedSeconds = (performance.now() - startedAt) / MS;
    return this.row(statements.length, sentSeconds, finishedSeconds);
  }

  private async sendAll(statements: readonly Sent[], startedAt: number): Promise<void> {
    const perTick = Math.max(1, Math.round((this.load.statementsPerSecond * TICK_MS) / MS));
    const sending: Promise<void>[] = [];
    for (let from = 0; from < statements.length; from += perTick) {
      await sleep(startedAt + (from / perTick) * TICK_MS - performance.now());
      const sent = this.sendSome(statements.slice(from, from + perTick));
      // It is awaited in the end; until then a failure must not count as one that nobody handles, which would leave the services behind.
      sent.catch(() => undefined);
      sending.push(sent);
    }
    await Promise.all(sending);
  }

  private async sendSome(statements: readonly Sent[]): Promise<void> {
    const body = statements.map(({ line }) => `${line}\n`).join('');
    await sendPatiently(`${this.ingestion.url}/v1/meter-events`, {
      method: 'POST',
      type: 'application/x-ndjson',
      body,
    });
    const acknowledgedAt = performance.now();
    for (const { session, station, time } of statements) {
      const times = this.acknowledged.get(session) ?? new Set();
      this.acknowledged.set(session, times);
      const isNew = !times.has(time);
      times.add(time);
      if (isNew && times.size === SESSION_STATEMENTS) this.ask({ station, times, acknowledgedAt });
    }
  }

  /** Asks for one in so many of the sessions that are acknowledged whole. */
  private ask(session: Acknowledged): void {
    const sessionsPerSecond = this.load.statementsPerSecond / (SESSION_STATEMENTS * (1 + REPEATED_SHARE));
    const every = Math.ceil(sessionsPerSecond / ASKED_PER_SECOND_MAX);
    this.sessions += 1;
    if (this.sessions % every > 0) return;
    const answer = this.askFor(session);
    answer.catch(() => undefined);
    this.asking.push(answer);
  }

  private async askFor({ station, times, acknowledgedAt }: Acknowledged): Promise<void> {
    const end = Math.max(...[...times].map((time) => Date.parse(time)));
    const [from, to] = [end, end + 1].map((ms) => new Date(ms).toISOString());
    const url = `${this.billing.url}/v1/charges?state=final&station=${station}&from=${from}&to=${to}`;
    for (;;) {
      await sleep(Math.max(ASK_AGAIN_MS, ASK_AGAIN_SHARE * (performance.now() - acknowledgedAt)));
      const { items } = (await (await fetch(url)).json()) as { readonly items: readonly unknown[] };
      if (items.length > 0) break;
      if (performance.now() > acknowledgedAt + CHARGE_MS_MAX)
        throw new ServiceFailed(`${station} has no final charge of ${from}`);
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
