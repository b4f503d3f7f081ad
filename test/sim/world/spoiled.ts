import { StatementUnreadable, readStatement, writeStatement } from '@ledger/meter';
import type { Statement } from '@ledger/meter';
import type { EventStore, FeedBatch, FeedRecord, MeterFeed, ReadModel, ReadRow } from '@ledger/ports';
import { evolve, readSessionEvent, unopened } from '@ledger/session';
import type { Assessment, SessionEvent } from '@ledger/session';
import { openSessionStreams } from '@ledger/usecases';
import type { SessionStreams } from '@ledger/usecases';

import { sessionEventDraft } from '../../../libs/usecases/src/session-streams';
import { Streams } from '../../../libs/usecases/src/streams';
import { LEDGER } from './product';
import type { Product } from './product';

/** The ledger whose store appends in another way. */
export function withAppend(
  append: (store: EventStore, ...words: Parameters<EventStore['append']>) => Promise<bigint>,
): Product {
  return { ...LEDGER, store: (store) => overlaid(store, { append: (...words) => append(store, ...words) }) };
}

/** The ledger whose feed publishes in another way. */
export function withPublish(
  publish: (feed: MeterFeed, ...words: Parameters<MeterFeed['publish']>) => Promise<void>,
): Product {
  return { ...LEDGER, feed: (feed) => overlaid(feed, { publish: (...words) => publish(feed, ...words) }) };
}

/** The ledger whose tables are changed, or asked, in another way. */
export function withModel(spoil: (model: ReadModel) => Partial<ReadModel>): Product {
  return { ...LEDGER, model: (model) => overlaid(model, spoil(model)) };
}

/** The ledger that folds other statements than those that came. */
export function withStatements(spoil: (statement: Statement) => Statement): Product {
  return {
    ...LEDGER,
    fold: (ports, batch) =>
      LEDGER.fold(ports, { ...batch, records: batch.records.map((record) => spoilt(record, spoil)) }),
  };
}

/** The ledger that stores other assessments than those it made. */
export function withAssessments(spoil: (assessment: Assessment) => Assessment): Product {
  const write = (event: SessionEvent): ReturnType<typeof sessionEventDraft> => {
    if (event.type !== 'SessionClosed' && event.type !== 'SessionAmended') return sessionEventDraft(event);
    return sessionEventDraft({ ...event, assessment: spoil(event.assessment) });
  };
  const initial = (): ReturnType<typeof unopened> =>
    unopened({ session: '', tenant: '', station: '', transaction: '' });
  const weigh = ({ kept }: ReturnType<typeof unopened>): number => kept.size + 1;
  return {
    ...LEDGER,
    openSessions: (ports, limits) =>
      new Streams(ports, { initial, evolve, read: readSessionEvent, write, weigh }, limits),
  };
}

/** The ledger that leaves out some of the facts that it decides on sessions. */
export function withoutFacts(isLeftOut: (event: SessionEvent) => boolean): Product {
  return {
    ...LEDGER,
    openSessions: (ports, limits) => {
      const streams = openSessionStreams(ports, limits);
      const decide: SessionStreams['decide'] = (stream, decision) =>
        streams.decide(stream, (work) =>
          decision({
            state: () => work.state(),
            add: (events, cause) =>
              work.add(
                events.filter((event) => !isLeftOut(event)),
                cause,
              ),
          }),
        );
      return overlaid(streams, { decide });
    },
  };
}

/** The batch, of which nothing is committed any more. */
export function committed(batch: FeedBatch): FeedBatch {
  return { ...batch, commitThrough: () => Promise.resolve() };
}

/** Commits a batch before anything was done about it. */
export async function commitFirst(batch: FeedBatch): Promise<FeedBatch> {
  const last = batch.records.at(-1);
  if (last !== undefined) await batch.commitThrough(last.offset);
  return committed(batch);
}

/** A charge of nothing in place of none. */
export function chargedNothing(row: ReadRow): ReadRow {
  if (row.columns.state !== 'unpriced') return row;
  const body = JSON.parse(row.body) as object;
  const charge = { currency: 'EUR', lines: [], taxes: [], totalExclTax: '0', totalInclTax: '0' };
  return {
    ...row,
    columns: { ...row.columns, state: 'final' },
    amount: '0',
    body: JSON.stringify({ ...body, charge }),
  };
}

function spoilt(record: FeedRecord, spoil: (statement: Statement) => Statement): FeedRecord {
  try {
    const statement = spoil(readStatement(Buffer.from(record.value).toString()));
    return { ...record, value: Buffer.from(writeStatement(statement)) };
  } catch (error) {
    if (error instanceof StatementUnreadable) return record;
    throw error;
  }
}

/** The port with some of its methods in another form; all others are its own. */
function overlaid<Port extends object>(port: Port, others: Partial<Port>): Port {
  return Object.assign(Object.create(port) as Port, others);
}
