import type { ChargeView, SessionView, Views } from '@ledger/usecases';
import { zoneOf } from '@ledger/units';

import type { Client } from '../client';
import { describeCharge, describeSession } from '../describe';
import type { DemoFindings, DemoRun } from './result';

/** The report of the demo for a person. */
export async function reportLines(client: Client, found: DemoFindings, run: DemoRun): Promise<readonly string[]> {
  const { verdicts, sessions, energyWh, totals, replay } = found;
  return [
    heading('What came in'),
    `${run.statements} meter events, each answered with a verdict:`,
    ...Object.entries(verdicts).map(([verdict, count]) => `  ${verdict.padEnd(12)} ${`${count}`.padStart(7)}`),
    heading('What came out'),
    `${sessions} sessions, ${energyWh} Wh, to the last digit of the meters`,
    ...totals.map(
      ({ currency, count, totalInclTax, energyWh: wh }) =>
        `  ${(currency || 'unpriced').padEnd(8)} ${`${count}`.padStart(5)} charges ${totalInclTax.padStart(14)}  for ${wh} Wh`,
    ),
    ...(await heldLines(client)),
    heading('When the cars were charged (kWh by hour of the day, local time)'),
    ...(await curve(client, 'KN-HOME-4', 'Konstanz')),
    ...(await curve(client, 'EPFL-DC-1', 'EPFL')),
    heading('One session, explained line by line'),
    ...(await explained(client)),
    heading('Replay'),
    `live     ${replay.live.digest}`,
    `replayed ${replay.digest}`,
    replay.differences === 0 && replay.digest === replay.live.digest
      ? 'equal: everything was computed anew from the stored statements alone, and every byte is the same'
      : `${replay.differences} sessions differ`,
    heading('Where to look next'),
    'npm run demo -- --shuffle 7 --twice    the same digest, whatever order and repetition',
    'npm run demo -- --serve                keep the ledger running and open its /docs',
    'npm start                              a ledger of your own on 127.0.0.1:8080',
    'npx ledgerctl --help                   import, look up, replay, verify',
    '',
    `done in ${run.seconds.toFixed(1)} s`,
  ];
}

function heading(text: string): string {
  return `\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`;
}

async function heldLines(client: Client): Promise<readonly string[]> {
  const { items } = await client.json<Views<ChargeView>>('/v1/charges?state=held&limit=1000');
  if (items.length === 0) return [];
  const lines = items.slice(0, 3).map(({ session, because = '' }) => `  ${session}: ${because}`);
  return [`${items.length} of them held until a person answers for them, such as`, ...lines];
}

/** Energy by hour of the day, from the periods of the sessions, as bars. */
async function curve(client: Client, station: string, name: string): Promise<readonly string[]> {
  const kwh = new Array<number>(24).fill(0);
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ station, limit: '500', ...(cursor === undefined ? {} : { cursor }) });
    const page: Views<SessionView> = await client.json(`/v1/sessions?${query.toString()}`);
    for (const session of page.items) addPeriods(kwh, session);
    cursor = page.next;
  } while (cursor !== undefined);
  return [name, ...bars(kwh)];
}

function addPeriods(kwh: number[], { periods, timeZone }: SessionView): void {
  const zone = zoneOf(timeZone);
  for (const { startedAt, energyWh } of periods) {
    const hour = zone === undefined ? 0 : Math.floor(zone.localAt(Date.parse(startedAt)).msOfDay / 3_600_000);
    // A picture, not a bill: binary floats are good enough for the height of a bar.
    kwh[hour] = (kwh[hour] ?? 0) + Number(energyWh) / 1_000;
  }
}

const BLOCKS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ROWS = 4;

function bars(kwh: readonly number[]): readonly string[] {
  const top = Math.max(...kwh, 1);
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const floor = ROWS - 1 - row;
    const cells = kwh.map((value) => {
      const height = (value / top) * ROWS * 8 - floor * 8;
      return (BLOCKS[Math.max(0, Math.min(8, Math.round(height)))] ?? ' ').repeat(2);
    });
    const scale = row === 0 ? `${Math.round(top)}` : '';
    return `${scale.padStart(8)} │${cells.join(' ')}`;
  });
  const hours = kwh.map((_, hour) => `${hour}`.padStart(2, '0')).join(' ');
  return [...rows, `${' '.repeat(8)} └${'─'.repeat(71)}`, `${' '.repeat(10)}${hours}`];
}

/** A home session across the night window tells most: two prices, apportioned hours, taxes. */
async function explained(client: Client): Promise<readonly string[]> {
  const { items } = await client.json<Views<SessionView>>('/v1/sessions?station=KN-HOME-4&limit=200');
  const best = await mostLines(client, items);
  return best === undefined ? [] : [...describeSession(best.session), '', ...describeCharge(best.charge)];
}

async function mostLines(
  client: Client,
  sessions: readonly SessionView[],
): Promise<{ readonly session: SessionView; readonly charge: ChargeView } | undefined> {
  let best: { readonly session: SessionView; readonly charge: ChargeView } | undefined;
  for (const session of sessions.slice(0, 50)) {
    const charge = await client.json<ChargeView>(`/v1/sessions/${session.id}/charge`);
    const lines = charge.charge?.lines.length ?? 0;
    if (lines > (best?.charge.charge?.lines.length ?? 0)) best = { session, charge };
  }
  return best;
}
