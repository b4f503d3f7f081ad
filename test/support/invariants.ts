import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readStatement } from '@ledger/meter';
import type { EventStore, FeedRecord, FeedTopic, MeterFeed, ReadModel, ReadRow, RecordedEvent } from '@ledger/ports';
import { assessmentOf, evolve, readSessionEvent, unopened } from '@ledger/session';
import type { ComputedCharge } from '@ledger/tariff';
import { Exact, canon } from '@ledger/units';
import {
  BILLING,
  BILLING_PREFIXES,
  QUARANTINE_GROUP,
  RECEIPTS_GROUP,
  compareReplay,
  readQuarantined,
  readReceipt,
  verifyStore,
} from '@ledger/usecases';

import type { TestEvent } from './events';
import { notKept, recordedIn } from './kept-messages';
import { standingTwice, standingsIn } from './standing';

/** The engines of a ledger that ought to be at rest. */
export interface LedgerAtRest {
  readonly store: EventStore;
  readonly feed: MeterFeed;
  readonly model: ReadModel;
}

/** What the senders were told: the messages that were acknowledged, understood and not understood. */
export interface Told {
  readonly tenant: string;
  readonly acknowledged: readonly TestEvent[];
  /** Ids under which quarantine keeps messages that were acknowledged, with their gateway. */
  readonly quarantined?: readonly { readonly gateway: string; readonly id: string }[];
}

/**
 * Every breach of the invariants of the ledger, in words; none is what a test expects. I1 each acknowledged statement is in
 * exactly one stream, once; I2 chains; I4 a closed session changes only by an amendment; I6 a replay gives the same bytes, and
 * lines sum to totals; I11 one verdict for each message; I12 everything has drained.
 */
export async function breaches(ledger: LedgerAtRest, told: Told): Promise<readonly string[]> {
  const facts = await allEvents(ledger.store);
  const receipts = await allRows(ledger.model, 'receipts', told.tenant);
  return [
    ...(await notDrained(ledger)),
    ...(await brokenChains(ledger.store)),
    ...lostOrDoubled(facts, receipts, told),
    ...(await notInQuarantine(ledger.model, told)),
    ...changedAfterClose(facts),
    ...(await replayedOtherwise(ledger, told.tenant)),
    ...(await linesThatDoNotSum(ledger.model, told.tenant)),
    ...(await withoutOneVerdict(ledger, told.tenant, receipts)),
  ];
}

/** All events of all streams in the global order. */
export async function allEvents(store: EventStore): Promise<readonly RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const batch of store.readAll({ prefixes: [''], after: 'none' })) events.push(...batch.events);
  return events;
}

/** I7: an earlier state of the log must be the beginning of a later one, byte by byte. */
export function rewritten(earlier: readonly RecordedEvent[], later: readonly RecordedEvent[]): readonly string[] {
  const text = (event: RecordedEvent | undefined): string =>
    JSON.stringify({ event }, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  return earlier.flatMap((event, at) =>
    text(event) === text(later[at]) ? [] : [`I7: event ${at} was ${text(event)} and is ${text(later[at])}`],
  );
}

/** I10: the files below a folder, and texts such as logs, in which a clear personal value stands in some spelling. */
export function leaks(canary: string, folder: string, texts: Readonly<Record<string, string>> = {}): readonly string[] {
  const spellings = [canary, canary.toLowerCase(), Buffer.from(canary).toString('hex'), base64Core(canary)];
  const holds = (bytes: Buffer): boolean => spellings.some((spelling) => bytes.includes(spelling));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return [
    ...files.filter((file) => holds(readFileSync(file))).map((file) => `I10: ${file} holds the canary`),
    ...Object.entries(texts)
      .filter(([, text]) => holds(Buffer.from(text)))
      .map(([name]) => `I10: ${name} holds the canary`),
  ];
}

/** Base64 without the last digits, which depend on what follows. */
function base64Core(text: string): string {
  return Buffer.from(text).toString('base64').slice(0, -4);
}

async function notDrained({ store, feed, model }: LedgerAtRest): Promise<readonly string[]> {
  const groups = [
    ['meter-events', 'ledger'],
    ['meter-receipts', RECEIPTS_GROUP],
    ['meter-quarantine', QUARANTINE_GROUP],
  ] as const;
  const found: string[] = [];
  for (const [topic, group] of groups) {
    const lag = await feed.lag(topic, group);
    if (lag > 0n) found.push(`I12: ${lag} records of ${topic} wait for ${group}`);
  }
  const after = await model.checkpoint(BILLING);
  for await (const { events } of store.readAll({ prefixes: BILLING_PREFIXES, after })) {
    if (events.length > 0) found.push(`I12: ${events.length} events wait for the tables`);
  }
  return found;
}

async function brokenChains(store: EventStore): Promise<readonly string[]> {
  const { findings } = await verifyStore(store);
  return findings.map(({ stream, revision, code, because }) => `I2: ${stream}@${revision} ${code}: ${because}`);
}

function lostOrDoubled(
  facts: readonly RecordedEvent[],
  receipts: readonly ReadRow[],
  { acknowledged, quarantined = [] }: Told,
): readonly string[] {
  const standings = standingsIn(facts);
  const kept = { recorded: recordedIn(facts), standing: standings };
  const found = [...standingTwice(standings)];
  const answers = Map.groupBy(receipts, ({ columns }) => `${columns.gateway ?? ''} ${columns.message ?? ''}`);
  for (const event of acknowledged) found.push(...notKept(event, answers.get(nameOf(event)) ?? [], kept));
  const unanswered = quarantined.filter(
    ({ gateway, id }) =>
      !(answers.get(`${gateway} ${id}`) ?? []).some(({ columns }) => columns.verdict === 'quarantined'),
  );
  return [...found, ...unanswered.map(({ id }) => `I1: ${id} went to quarantine and has no receipt of that`)];
}

/** I1: what went to quarantine is kept there whole, with its reason. */
async function notInQuarantine(model: ReadModel, { tenant, quarantined = [] }: Told): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { id } of quarantined) {
    if ((await model.get('quarantine', tenant, id)) === undefined) found.push(`I1: ${id} is not in quarantine`);
  }
  return found;
}

function nameOf({ source, id }: TestEvent): string {
  return `${(source as string).replace(/^\/gateways\//, '')} ${id}`;
}

function changedAfterClose(facts: readonly RecordedEvent[]): readonly string[] {
  const ofSessions = facts.filter(({ stream }) => stream.startsWith('session-'));
  return [...Map.groupBy(ofSessions, ({ stream }) => stream)].flatMap(([stream, events]) => {
    let session = unopened({ session: '', tenant: '', station: '', transaction: '' });
    const found: string[] = [];
    for (const { type, data } of events) {
      const isClosed = session.assessment !== undefined;
      if (type === 'SessionClosed' && isClosed) found.push(`I4: ${stream} was closed twice`);
      if (type === 'SessionAmended' && !isClosed) found.push(`I4: ${stream} was amended before it was closed`);
      session = evolve(session, readSessionEvent(type, data));
    }
    const { assessment } = session;
    const isOutdated = assessment !== undefined && canon(assessment) !== canon(assessmentOf(session));
    return isOutdated ? [...found, `I4: ${stream} knows more than its last assessment, and nothing amends it`] : found;
  });
}

async function replayedOtherwise({ store, model }: LedgerAtRest, tenant: string): Promise<readonly string[]> {
  const { digest, live, listed } = await compareReplay({ store, model }, { tenant });
  const differences = listed.map(({ session, what }) => `I6: session ${session}: ${what}`);
  return digest === live.digest ? differences : [...differences, `I6: replayed ${digest}, live ${live.digest}`];
}

async function linesThatDoNotSum(model: ReadModel, tenant: string): Promise<readonly string[]> {
  const rows = await allRows(model, 'charges', tenant);
  return rows.flatMap(({ id, body }) => {
    const { charge } = JSON.parse(body) as { readonly charge?: ComputedCharge };
    if (charge === undefined) return [];
    const sum = (pick: (line: ComputedCharge['lines'][number]) => string): string =>
      charge.lines.reduce((total, line) => total.plus(pick(line)), new Exact(0)).toFixed();
    const taxes = charge.taxes.reduce((total, { amount }) => total.plus(amount), new Exact(0)).toFixed();
    const expected = [charge.totalExclTax, charge.totalInclTax, taxes].join(' ');
    const summed = [sum(({ exclTax }) => exclTax), sum(({ inclTax }) => inclTax), sum(({ tax }) => tax)].join(' ');
    return expected === summed ? [] : [`charge of ${id}: the totals are ${expected}, the lines sum to ${summed}`];
  });
}

/** I11: each record of the feed has one receipt, and each record of the quarantine one row with its reason. */
async function withoutOneVerdict(
  { feed, model }: LedgerAtRest,
  tenant: string,
  receipts: readonly ReadRow[],
): Promise<readonly string[]> {
  const verdicts = Map.groupBy(receipts, ({ body }) => readReceipt(Buffer.from(body)).delivery);
  const found = (await allRecords(feed, 'meter-events')).flatMap(({ partition, record }) => {
    const delivery = `${partition}/${record.offset}`;
    const { length } = verdicts.get(delivery)?.filter((row) => answers(row, record)) ?? [];
    return length === 1 ? [] : [`I11: ${length} verdicts on record ${delivery}`];
  });
  for (const { record } of await allRecords(feed, 'meter-quarantine')) {
    const { id, tenant: owner, reason } = readQuarantined(record.value);
    const row = await model.get('quarantine', owner, id);
    if (owner === tenant && (row === undefined || reason === '')) found.push(`I11: ${id} is not in quarantine`);
    if (verdicts.get(id)?.length !== 1)
      found.push(`I11: ${verdicts.get(id)?.length ?? 0} verdicts on quarantined ${id}`);
  }
  return found;
}

/** A receipt of a record names its message, where that can be read: a topic that was made again has the same places once more. */
function answers({ columns }: ReadRow, { value }: FeedRecord): boolean {
  try {
    const { gateway, messageId } = readStatement(Buffer.from(value).toString('utf8'));
    return columns.gateway === gateway && columns.message === messageId;
  } catch {
    return columns.verdict === 'quarantined';
  }
}

/** All rows of a table, in the order of their ids. */
export async function allRows(
  model: ReadModel,
  table: 'receipts' | 'charges' | 'quarantine' | 'sessions',
  tenant: string,
): Promise<readonly ReadRow[]> {
  const rows: ReadRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await model.page({
      table,
      tenant,
      order: 'by-id',
      limit: 1_000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor !== undefined);
  return rows;
}

/** Every record of a topic, read by a group of its own. */
async function allRecords(
  feed: MeterFeed,
  topic: FeedTopic,
): Promise<readonly { readonly partition: number; readonly record: FeedRecord }[]> {
  const group = 'invariants';
  const found: { partition: number; record: FeedRecord }[] = [];
  const consumption = feed.consume({ topic, group }, async (batch) => {
    const { partition, records } = batch;
    found.push(...records.map((record) => ({ partition, record })));
    const last = records.at(-1);
    if (last !== undefined) await batch.commitThrough(last.offset);
  });
  while ((await feed.lag(topic, group)) > 0n) await new Promise((resolve) => setImmediate(resolve));
  await consumption.stop();
  await consumption.ended;
  return found;
}
