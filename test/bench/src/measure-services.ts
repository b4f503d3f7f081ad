import { join } from 'node:path';

import { publishBook } from './book';
import { bodiesOf, writeDelivery } from './delivery';
import type { Delivery } from './delivery';
import { stationsOf } from './fleet';
import type { FleetPlan } from './fleet';
import type { Measured } from './result';
import { ServiceFailed, send, startService } from './service-process';
import type { ServiceProcess } from './service-process';
import { sleep } from './sleep';
import type { Spent } from './stopwatch';

const BODY_BYTES = 4 * 1_048_576;
/** Requests on their way at the same time, so that the service never waits for the sender. */
const REQUESTS_AT_ONCE = 2;
/** Sent before the watch runs: a service that has just started is not what is measured. */
const WARM_UP_STATEMENTS = 5_000;
const LOOK_AGAIN_MS = 100;
/** Looks in a row in which nothing may change before everything counts as done. */
const QUIET_LOOKS = 3;

/** Lines over HTTP to a service that does nothing but take them in, until they are durable on the feed. */
export function measureHttp(plan: FleetPlan, path: string): Promise<Measured> {
  return measureService(plan, { name: 'http', service: 'ingestion', path, isDone: () => Promise.resolve(true) });
}

/** Lines over HTTP to the standalone, until every statement is folded, answered and projected. */
export function measureStandalone(plan: FleetPlan, path: string): Promise<Measured> {
  return measureService(plan, { name: 'standalone', service: 'standalone', path, isDone });
}

interface ServicePlan {
  readonly name: string;
  readonly service: 'ingestion' | 'standalone';
  readonly path: string;
  /** Tells whether everything that was sent so far is done. */
  readonly isDone: (service: ServiceProcess, sent: number) => Promise<boolean>;
}

async function measureService(plan: FleetPlan, { name, service, path, isDone }: ServicePlan): Promise<Measured> {
  const warmUp = { ...plan, statements: WARM_UP_STATEMENTS, seed: plan.seed + 1_000_000 };
  const warm = writeDelivery(join(path, `${name}-warm-up.ndjson`), warmUp);
  const delivery = writeDelivery(join(path, `${name}.ndjson`), plan);
  const running = await startService(service, { LEDGER_DATA: join(path, name) });
  try {
    if (service === 'standalone') await publishOver({ locations: running.url, tariffs: running.url }, plan);
    await post(running, warm);
    while (!(await isDone(running, warm.lines))) await sleep(LOOK_AGAIN_MS);
    const before = [await running.metric('process_cpu_seconds_total'), performance.now()] as const;
    await post(running, delivery);
    while (!(await isDone(running, warm.lines + delivery.lines))) await sleep(LOOK_AGAIN_MS);
    const ledger = await spentSince(running, before);
    return { name, unit: 'statements', count: delivery.lines, ledger };
  } finally {
    await running.stop();
  }
}

async function spentSince(running: ServiceProcess, [cpu, wall]: readonly [number, number]): Promise<Spent> {
  const wallSeconds = (performance.now() - wall) / 1_000;
  const cpuSeconds = (await running.metric('process_cpu_seconds_total')) - cpu;
  return { wallSeconds, cpuSeconds, peakRssBytes: await running.peakRssBytes() };
}

async function post({ url }: ServiceProcess, delivery: Delivery): Promise<void> {
  const bodies = bodiesOf(delivery, BODY_BYTES);
  let accepted = 0;
  const sender = async (): Promise<void> => {
    for (const body of bodies) {
      const request = { method: 'POST', type: 'application/x-ndjson', body: Uint8Array.from(body) };
      const answer = JSON.parse(await send(`${url}/v1/meter-events`, request)) as { readonly accepted: number };
      accepted += answer.accepted;
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, sender));
  if (accepted !== delivery.lines) throw new ServiceFailed(`${accepted} of ${delivery.lines} statements were accepted`);
}

/** Publishes the fleet's book over HTTP to the services that keep locations and tariffs. */
export async function publishOver(
  urls: { readonly locations: string; readonly tariffs: string },
  plan: FleetPlan,
): Promise<void> {
  const put = (url: string, body: string): Promise<string> => send(url, { method: 'PUT', type: JSON_TYPE, body });
  await publishBook(stationsOf(plan), {
    location: (id, text) => put(`${urls.locations}/v1/locations/${id}`, text),
    tariff: (id, text) => put(`${urls.tariffs}/v1/tariffs/${id}`, text),
    assignment: (assignment) =>
      send(`${urls.tariffs}/v1/tariff-assignments`, {
        method: 'POST',
        type: JSON_TYPE,
        body: JSON.stringify(assignment),
      }),
  });
}

const JSON_TYPE = 'application/json';

/** Every statement has its verdict, and the projection stands still at the end of the events. */
async function isDone(service: ServiceProcess, sent: number): Promise<boolean> {
  if ((await service.metric('ledger_verdicts_total')) < sent) return false;
  let [projected, quiet] = [-1, 0];
  while (quiet < QUIET_LOOKS) {
    const caughtUp = await service.metric('ledger_projection_caught_up');
    const now = await service.metric('ledger_projected_events_total');
    quiet = caughtUp === 1 && now === projected ? quiet + 1 : 0;
    projected = now;
    await sleep(LOOK_AGAIN_MS);
  }
  return true;
}
