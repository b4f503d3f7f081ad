import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { DAY_MS, Exact, decimalText, dayOfDate, instantOf, zoneOf } from '@ledger/units';
import type { Zone } from '@ledger/units';

/** Where the shipped data lies: the sources are four folders below the root, the compiled code is five. */
export const DATA_FOLDER = dataFolder();

function dataFolder(): string {
  const root = join(__dirname, '..', '..', '..', '..');
  const [found] = [root, join(root, '..')].map((folder) => join(folder, 'test', 'data')).filter(existsSync);
  if (found === undefined) throw new Error(`the shipped data is missing: ${root} has no folder test/data`);
  return found;
}

/** A meter event of the demo, as a gateway sends it. */
export interface DemoEvent {
  readonly id: string;
  readonly line: string;
}

interface Episode {
  readonly episode: number;
  readonly readings: readonly { readonly t: string; readonly register_kwh: string }[];
}

/** The Konstanz charger: each episode a session with its hourly registers, numbered in order. */
export function konstanzEvents(): readonly DemoEvent[] {
  const file = join(DATA_FOLDER, 'konstanz-ev-register', 'derived', 'ev_episodes.jsonl.gz');
  const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  return lines.flatMap((line) => episodeEvents(JSON.parse(line) as Episode));
}

function episodeEvents({ episode, readings }: Episode): readonly DemoEvent[] {
  return readings.map(({ t, register_kwh: value }, seqNo) => {
    const kind = seqNo === 0 ? 'started' : seqNo === readings.length - 1 ? 'ended' : 'updated';
    const token = kind === 'started' ? { token: { type: 'RFID', id: 'KN-CAR-1' } } : {};
    return demoEvent({
      gateway: 'konstanz',
      station: 'KN-HOME-4',
      connector: '1',
      transaction: `episode-${episode}`,
      kind,
      at: t,
      data: {
        seqNo,
        chargingState: kind === 'ended' ? 'idle' : 'charging',
        ...token,
        readings: [register(t, kind, { value, unit: 'kWh' })],
      },
    });
  });
}

interface FastSession {
  readonly session: string;
  readonly connector: string;
  readonly start: string;
  readonly end: string;
  readonly energyWh: string;
}

/**
 * The EPFL station: each session a begin and an end. The set tells energy per session, so each plug gets a register that
 * counts them up in the order of time; local times are read in Europe/Zurich.
 */
export function epflEvents(): readonly DemoEvent[] {
  const registers = new Map<string, Exact>();
  return fastSessions().flatMap(({ session, connector, start, end, energyWh }) => {
    const before = registers.get(connector) ?? new Exact(0);
    const after = before.plus(energyWh);
    registers.set(connector, after);
    const words = { gateway: 'epfl', station: 'EPFL-DC-1', connector, transaction: `session-${session}` } as const;
    const begin = register(start, 'started', { value: decimalText(before), unit: 'Wh' });
    const finish = register(end, 'ended', { value: decimalText(after), unit: 'Wh' });
    return [
      demoEvent({
        ...words,
        kind: 'started',
        at: start,
        data: { seqNo: 0, chargingState: 'charging', readings: [begin] },
      }),
      demoEvent({ ...words, kind: 'ended', at: end, data: { seqNo: 1, readings: [finish] } }),
    ];
  });
}

function fastSessions(): readonly FastSession[] {
  const file = join(DATA_FOLDER, 'epfl-dc-fast', 'derived', 'sessions.csv');
  const zone = zoneOf('Europe/Zurich');
  if (zone === undefined) throw new Error('this runtime has no time zone Europe/Zurich');
  const [, ...rows] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const sessions = rows.map((row) => {
    const [session = '', plug = '', arrival = '', departure = '', energyWh = ''] = row.split(',');
    return {
      session,
      connector: plug.replace('CCS', ''),
      start: utc(zone, arrival),
      end: utc(zone, departure),
      energyWh,
    };
  });
  return sessions.sort((a, b) => (a.start === b.start ? 0 : a.start < b.start ? -1 : 1));
}

function utc(zone: Zone, local: string): string {
  const [date = '', time = ''] = local.split('T');
  const day = dayOfDate(date);
  const msOfDay = Date.parse(`1970-01-01T${time}.000Z`);
  const instant = day === undefined ? undefined : instantOf(zone.instantOfLocal({ day, msOfDay: msOfDay % DAY_MS }));
  if (instant === undefined) throw new Error(`${local} is no local time`);
  return instant;
}

const CONTEXTS = { started: 'Transaction.Begin', updated: 'Sample.Clock', ended: 'Transaction.End' } as const;

function register(
  at: string,
  kind: keyof typeof CONTEXTS,
  shown: { readonly value: string; readonly unit: string },
): object {
  return { at, context: CONTEXTS[kind], values: [{ measurand: 'Energy.Active.Import.Register', ...shown }] };
}

interface EventWords {
  readonly gateway: string;
  readonly station: string;
  readonly connector: string;
  readonly transaction: string;
  readonly kind: keyof typeof CONTEXTS;
  readonly at: string;
  readonly data: object;
}

function demoEvent({ gateway, station, connector, transaction, kind, at, data }: EventWords): DemoEvent {
  const id = `${transaction}/${kind}/${at}`;
  const event = {
    specversion: '1.0',
    id,
    source: `/gateways/${gateway}`,
    type: `ledger.meter.${kind}.v1`,
    subject: `${station}/${connector}/${connector}`,
    time: at,
    data: { transaction, ...data },
  };
  return { id: `${gateway}/${id}`, line: JSON.stringify(event) };
}
