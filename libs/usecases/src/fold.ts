import { readStatement, StatementUnreadable } from '@ledger/meter';
import type { FeedBatch, FeedMessage, FeedRecord } from '@ledger/ports';
import { decodeUtf8, stationStream } from '@ledger/units';

import type { AcceptPorts } from './accept';
import { writeQuarantined, writeReceipt } from './messages';
import { UNNAMED_GATEWAY, keep } from './quarantine';
import type { Receipt } from './messages';
import type { Delivered } from './session-fold';
import { foldStation } from './station-fold';
import { FEED_UNREADABLE, kept as keptBytes } from './take-gateway-messages';
import { TRACE_HEADER } from './trace';
import type { StationFoldPorts } from './station-fold';
import type { StationStreams } from './station-streams';

/** Stations after which a long batch tells the broker that it goes on: reading the sessions of each may take seconds. */
export const STATIONS_PER_HEARTBEAT = 20;

/** What folding needs. */
export type FoldPorts = AcceptPorts &
  StationFoldPorts & {
    /** Hears of each answer, with the trace that its message brought along: for logs, never for decisions. */
    readonly onAnswered?: (receipt: Receipt, trace: string | undefined) => void;
  };

/** How many verdicts of each kind a batch gave. */
export type VerdictCounts = Readonly<Partial<Record<Receipt['verdict'], number>>>;

/**
 * Folds one batch of the feed: each statement into its session's stream, each message answered with a receipt, and only
 * then the offset committed. A record that cannot be read is quarantined and stops nobody.
 */
export async function fold(ports: FoldPorts, batch: FeedBatch): Promise<VerdictCounts> {
  if (!isNext(ports.stations, batch)) ports.stations.readAllAnew();
  const receipts: Receipt[] = [];
  const poison: FeedMessage[] = [];
  const delivered: Delivered[] = [];
  for (const record of batch.records) {
    const origin = `${batch.partition}/${record.offset}`;
    try {
      delivered.push({ statement: readStatement(textOf(record)), origin });
    } catch (error) {
      if (!(error instanceof StatementUnreadable)) throw error;
      const code = record.unreadable === undefined ? error.code : FEED_UNREADABLE;
      receipts.push(await quarantined(ports, { record, origin, code, reason: error.message }, poison));
    }
  }
  const heartbeat = batch.heartbeat();
  // It is awaited behind the folding; until then a batch that was taken away must not count as a failure that nobody handles.
  heartbeat.catch(() => undefined);
  const byStation = Map.groupBy(delivered, ({ statement }) => stationStream(statement.tenant, statement.station));
  let stationsDone = 0;
  const answers = await Promise.all(
    [...byStation].map(async ([stream, group]) => {
      const given = await foldStation(ports, stream, group);
      stationsDone += 1;
      if (stationsDone % STATIONS_PER_HEARTBEAT === 0) await batch.heartbeat();
      return given;
    }),
  );
  await heartbeat;
  receipts.push(...answers.flat());
  await answer(ports, receipts, poison);
  ports.crash('before-commit');
  const last = batch.records.at(-1);
  if (last !== undefined && !batch.isStale()) {
    await batch.commitThrough(last.offset);
    committedBy(ports.stations).set(batch.partition, last.offset);
  }
  ports.crash('after-commit');
  if (ports.onAnswered !== undefined) tell(ports.onAnswered, batch, receipts);
  return counted(receipts);
}

/** By the memory of stations: what was folded with it and committed last, by partition. */
const COMMITTED = new WeakMap<StationStreams, Map<number, bigint>>();

function committedBy(stations: StationStreams): Map<number, bigint> {
  const committed = COMMITTED.get(stations) ?? new Map<number, bigint>();
  COMMITTED.set(stations, committed);
  return committed;
}

/**
 * Whether a batch follows the one before, so that what is remembered of stations is what is stored. Otherwise another ledger may
 * have had the partition meanwhile: a statement that adds nothing to its station's stream would go where it belonged before.
 */
function isNext(stations: StationStreams, { partition, records }: FeedBatch): boolean {
  const committed = committedBy(stations).get(partition);
  return committed !== undefined && records[0]?.offset === committed + 1n;
}

function tell(
  onAnswered: NonNullable<FoldPorts['onAnswered']>,
  { partition, records }: FeedBatch,
  receipts: readonly Receipt[],
): void {
  const traces = new Map(records.map(({ offset, headers }) => [`${partition}/${offset}`, headers[TRACE_HEADER]]));
  for (const receipt of receipts) onAnswered(receipt, traces.get(receipt.delivery));
}

function textOf({ value, unreadable }: FeedRecord): string {
  if (unreadable !== undefined) throw new StatementUnreadable('', unreadable);
  const text = decodeUtf8(value);
  if (typeof text !== 'string') throw new StatementUnreadable('', `byte ${text.invalidAt} is not UTF-8`);
  return text;
}

/** A record that is no statement, and why. */
interface Poisoned {
  readonly record: FeedRecord;
  readonly origin: string;
  readonly code: string;
  readonly reason: string;
}

async function quarantined(ports: FoldPorts, poisoned: Poisoned, poison: FeedMessage[]): Promise<Receipt> {
  const { record, origin } = poisoned;
  const at = ports.clock.now();
  const tenant = record.key?.split(':', 1)[0] ?? '';
  const kept = await keep(ports, {
    tenant,
    gateway: UNNAMED_GATEWAY,
    status: 'refused',
    code: poisoned.code,
    reason: poisoned.reason,
    receivedAt: record.publishedAt,
    message: keptBytes(record.value),
  });
  poison.push({ key: UNNAMED_GATEWAY, value: writeQuarantined(kept) });
  const { message: id, code, reason, receivedAt } = kept;
  return {
    tenant,
    gateway: UNNAMED_GATEWAY,
    id,
    verdict: 'quarantined',
    code,
    reason,
    receivedAt,
    at,
    delivery: origin,
  };
}

async function answer(ports: FoldPorts, receipts: readonly Receipt[], poison: readonly FeedMessage[]): Promise<void> {
  if (poison.length > 0) await ports.feed.publish('meter-quarantine', poison);
  ports.crash('before-receipts');
  const messages = receipts.map((receipt) => ({ key: receipt.gateway, value: writeReceipt(receipt) }));
  if (messages.length > 0) await ports.feed.publish('meter-receipts', messages);
}

function counted(receipts: readonly Receipt[]): VerdictCounts {
  const counts: Partial<Record<Receipt['verdict'], number>> = {};
  for (const { verdict } of receipts) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}
