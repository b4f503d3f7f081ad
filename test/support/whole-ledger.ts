import { listSessions } from '@ledger/usecases';
import type { SessionView } from '@ledger/usecases';
import { readJson } from '@ledger/units';
import type { Instant } from '@ledger/units';

import { LOCATION } from './book';
import { testJson } from './fleet';
import type { Pipeline } from './pipeline';
import { TENANT } from './pipeline';

/** What the ledger answered to a message. */
export interface Answered {
  readonly message: string;
  readonly verdict: string;
}

/** The verdicts on the messages whose id begins so, by id, as a gateway reads them. */
export async function receiptsOf(pipeline: Pipeline, prefix = ''): Promise<readonly Answered[]> {
  const { rows } = await pipeline.model.page({ table: 'receipts', tenant: TENANT, order: 'by-id', limit: 1_000 });
  return rows
    .map(({ columns }) => ({ message: columns.message ?? '', verdict: columns.verdict ?? '' }))
    .filter(({ message }) => message.startsWith(prefix));
}

/** The sessions as everybody reads them, the earliest first. */
export async function sessionsOf(pipeline: Pipeline): Promise<readonly SessionView[]> {
  const { store, model } = pipeline;
  const ports = { store, model, bookOf: (tenant: string) => pipeline.bookOf(tenant) };
  const { items } = await listSessions(ports, { tenant: TENANT, order: 'by-id', limit: 1_000 });
  return items.toSorted((one, other) => ((one.startedAt ?? '') < (other.startedAt ?? '') ? -1 : 1));
}

/** The only session. @throws when there are none or several */
export async function onlySessionOf(pipeline: Pipeline): Promise<SessionView> {
  const [session, ...others] = await sessionsOf(pipeline);
  if (session === undefined || others.length > 0) throw new Error(`${others.length + 1} sessions, or none`);
  return session;
}

/** How many events the store holds. */
export async function eventsIn({ store }: Pipeline): Promise<number> {
  let count = 0;
  for await (const { events } of store.readAll({ prefixes: [''], after: 'none' })) count += events.length;
  return count;
}

/** Sends messages and lets the ledger do all it has to do. */
export async function told(pipeline: Pipeline, ...messages: readonly unknown[]): Promise<Record<string, number>> {
  await pipeline.send(messages);
  return pipeline.settle();
}

/** Publishes the test location, and tariffs, each with the time from which on everybody there pays it. */
export async function publishTariffs(
  pipeline: Pipeline,
  tariffs: readonly { readonly tariff: { readonly id: string }; readonly from?: string }[],
): Promise<void> {
  const publisher = { tenant: TENANT, correlation: 'test' };
  const publishing = pipeline.publishing();
  const objects = [['location', LOCATION] as const, ...tariffs.map(({ tariff }) => ['tariff', tariff] as const)];
  for (const [kind, object] of objects) {
    const reading = readJson(testJson(object));
    if (!reading.ok) throw new Error(reading.reason);
    const outcome = await publishing[kind](reading.value, publisher);
    if (outcome.status !== 'published') throw new Error(JSON.stringify(outcome));
  }
  for (const { tariff, from = '2020-01-01T00:00:00.000Z' } of tariffs) {
    const assignment = { tariff: tariff.id, scope: { location: 'LOC-1' }, from: from as Instant };
    const outcome = await publishing.assignment(assignment, publisher);
    if (outcome.status !== 'published') throw new Error(JSON.stringify(outcome));
  }
}

/** A tariff of the test party with these elements. */
export function tariffOf<Elements>(
  id: string,
  ...elements: readonly Elements[]
): {
  readonly id: string;
  readonly elements: readonly Elements[];
} {
  const party = { country_code: 'DE', party_id: 'LDG', currency: 'EUR', last_updated: '2020-01-01T00:00:00Z' };
  return { ...party, id, elements };
}

/** A raw OCPP 1.6 call as a gateway passes it on; the id of the event is that of the message unless one is given. */
export function call16(
  action: string,
  payload: object,
  {
    messageId,
    id = messageId,
    station = 'ST-1',
  }: { readonly messageId: string; readonly id?: string; readonly station?: string },
): object {
  const top = { specversion: '1.0', id, source: '/gateways/gw-1', type: 'ocpp.1.6.call.v1', subject: station };
  return { ...top, data: { messageId, action, payload } };
}

/** The back end's answer to a StartTransaction. */
export function answer16(
  messageId: string,
  transactionId: number,
  id = `answer/${messageId}/${transactionId}`,
): object {
  const top = { specversion: '1.0', id, source: '/gateways/gw-1', type: 'ocpp.1.6.result.v1', subject: 'ST-1' };
  const payload = { transactionId, idTagInfo: { status: 'Accepted' } };
  return {
    ...top,
    time: '2026-06-01T08:00:01Z',
    data: { messageId, action: 'StartTransaction', correlatesTo: messageId, payload },
  };
}

/** A raw OCPP 2.0.1 TransactionEvent of station ST-1. */
export function event201(payload: { readonly seqNo: number; readonly [name: string]: unknown }, id?: string): object {
  const evse = { id: 1, connectorId: 1 };
  const top = { specversion: '1.0', source: '/gateways/gw-1', type: 'ocpp.2.0.1.call.v1', subject: 'ST-1' };
  const messageId = id ?? `m-${payload.seqNo}`;
  return { ...top, id: messageId, data: { messageId, action: 'TransactionEvent', payload: { evse, ...payload } } };
}

/** A register in Wh as OCPP 2.0.1 sends it. */
export function register201(timestamp: string, value: number, context = 'Sample.Periodic'): object {
  return { timestamp, sampledValue: [{ value, context, measurand: 'Energy.Active.Import.Register' }] };
}

/** A register in Wh as OCPP 1.6 sends it. */
export function register16(timestamp: string, value: string): object {
  return { timestamp, sampledValue: [{ value, measurand: 'Energy.Active.Import.Register', unit: 'Wh' }] };
}
