import type { ReadChange, ReadRow } from '@ledger/ports';
import type { Assessment } from '@ledger/session';
import { canon, instantOf, millisOf, uuidV5 } from '@ledger/units';
import type { Instant, Json } from '@ledger/units';

import type { Book } from './book';
import { meterKey } from './meter-key';
import { rate } from './rate';
import type { Rated } from './rate';
import { changedAtOf, holdBookOf, writeRecord } from './session-record';
import type { SessionRecord } from './session-record';

/** When a session that does not close itself is due for closing. */
export interface DuePolicy {
  /** After the last statement of a session that has its end but not everything before it. */
  readonly graceMs: number;
  /** After the last statement of a session without an end. */
  readonly silenceMs: number;
}

/** The id of the charge that is computed for a session. */
export function chargeIdOf(session: string): string {
  return uuidV5(`charge\n${session}\n1`);
}

/** The rows of a session: itself, and once it is closed its charge or why there is none. A void one has none any more. */
export function rowsAfter(record: SessionRecord, book: Book, due: DuePolicy): readonly ReadChange[] {
  const { assessment, tenant, id } = record;
  if (record.status === 'void') {
    return (['sessions', 'charges'] as const).map((table) => ({ kind: 'delete', table, tenant, id }));
  }
  if (assessment === undefined) return [{ kind: 'put', table: 'sessions', row: openRow(record, due) }];
  const rated = rate(book, {
    assessment,
    holds: holdBookOf(record),
    ...(record.tokenGroup === undefined ? {} : { tokenGroup: record.tokenGroup }),
  });
  return [
    { kind: 'put', table: 'sessions', row: closedRow(record, assessment, rated) },
    { kind: 'put', table: 'charges', row: chargeRow(record, assessment, rated) },
  ];
}

/** The public state of a session: held wins over how it was closed. */
export function statusOf(record: SessionRecord, rated: Rated): string {
  return rated.state === 'held' ? 'held' : record.status;
}

function openRow(record: SessionRecord, due: DuePolicy): ReadRow {
  const dueAt = dueAtOf(record, due);
  return {
    tenant: record.tenant,
    id: record.id,
    sort: record.firstAt ?? UNKNOWN_START,
    columns: { ...commonColumns(record), status: 'open', ...(dueAt === undefined ? {} : { due_at: dueAt }) },
    body: writeRecord(record),
  };
}

const UNKNOWN_START = '0000-01-01T00:00:00.000Z';

function closedRow(record: SessionRecord, assessment: Assessment, rated: Rated): ReadRow {
  return {
    tenant: record.tenant,
    id: record.id,
    sort: assessment.startedAt,
    columns: {
      ...commonColumns(record),
      status: statusOf(record, rated),
      meter_at: meterAt(assessment),
      ...(rated.site === undefined ? {} : { location: rated.site.location }),
    },
    quantity: assessment.energyWh ?? '0',
    body: writeRecord(record),
  };
}

function chargeRow(record: SessionRecord, assessment: Assessment, rated: Rated): ReadRow {
  const { charge, site } = rated;
  return {
    tenant: record.tenant,
    id: record.id,
    sort: assessment.endedAt,
    columns: {
      charge: chargeIdOf(record.id),
      station: record.station,
      state: chargeStateOf(record, rated),
      changed_at: changedAtOf(record),
      ...(site === undefined ? {} : { location: site.location }),
      ...(charge === undefined ? {} : { currency: charge.currency, tariff: charge.tariff.id }),
    },
    ...(charge === undefined ? {} : { amount: charge.totalInclTax }),
    quantity: assessment.energyWh ?? '0',
    body: canon(chargeBody(record, rated)),
  };
}

/** A charge is final when its session is: until its end is known, what it comes to is a running cost. */
export function chargeStateOf({ status }: Pick<SessionRecord, 'status'>, rated: Rated): Rated['state'] | 'running' {
  return status !== 'closed' && rated.state === 'final' ? 'running' : rated.state;
}

/** What is stored of a rated session: all that decides the money, and nothing of when it was computed. */
export function chargeBody(record: Pick<SessionRecord, 'id' | 'status'>, rated: Rated): Json {
  const { because, holds, charge, timeZone } = rated;
  return {
    id: chargeIdOf(record.id),
    session: record.id,
    sequence: 1,
    kind: 'charge',
    state: chargeStateOf(record, rated),
    isProvisional: record.status === 'provisional',
    because,
    timeZone,
    holds: holds.map((hold) => ({ ...hold })),
    charge: charge as unknown as Json,
  };
}

/** What the sessions of one meter are found by, in order of time: the place, and then the start. */
function meterAt({ startedAt, ...place }: Assessment): string {
  return `${meterKey(place)}${startedAt}`;
}

function commonColumns(record: SessionRecord): ReadRow['columns'] {
  const { station, connector, subject } = record;
  return {
    station,
    changed_at: changedAtOf(record),
    ...(connector === undefined ? {} : { connector }),
    ...(subject === undefined ? {} : { subject }),
  };
}

function dueAtOf({ lastReceivedAt, hasEnded }: SessionRecord, due: DuePolicy): Instant | undefined {
  if (lastReceivedAt === undefined) return undefined;
  return instantOf(millisOf(lastReceivedAt) + (hasEnded ? due.graceMs : due.silenceMs));
}
