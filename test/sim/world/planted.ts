import { StatementUnreadable, readStatement, writeStatement } from '@ledger/meter';
import { OutcomeUnknown, RevisionConflict } from '@ledger/ports';
import type { EventStore, FeedBatch, FeedRecord, MeterFeed, ReadModel } from '@ledger/ports';
import { evolve, readSessionEvent, unopened } from '@ledger/session';
import type { SessionEvent } from '@ledger/session';
import type { DecimalText } from '@ledger/units';
import { fold } from '@ledger/usecases';

import { sessionEventDraft } from '../../../libs/usecases/src/session-streams';
import { Streams } from '../../../libs/usecases/src/streams';
import { rememberingStore } from './forgetful-writer';
import { LEDGER } from './product';
import type { Product } from './product';

/** A bug that somebody could write: the ledger with one part of it wrong, and the breach by which it has to show. */
export interface PlantedBug {
  readonly product: Product;
  readonly shows: RegExp;
}

/** The bugs that the simulator has to notice. */
export const PLANTED: Readonly<Record<string, PlantedBug>> = {
  'commits the offset before it appends': {
    shows: /^I1: .* stands at 0 places/,
    product: {
      ...LEDGER,
      fold: async (ports, batch) => {
        const last = batch.records.at(-1);
        if (last !== undefined) await batch.commitThrough(last.offset);
        return fold(ports, committed(batch));
      },
    },
  },
  'tells repetitions by the message id instead of the content': {
    shows: /^I1: .* stands at 2 places/,
    product: {
      ...LEDGER,
      fold: (ports, batch) => fold(ports, { ...batch, records: batch.records.map(namedByMessage) }),
    },
  },
  'takes an unknown outcome for done': {
    shows: /^I1: .* stands at 0 places/,
    product: {
      ...LEDGER,
      store: (store) => ({
        ...delegated(store),
        append: (stream, expected, events) =>
          store.append(stream, expected, events).catch((error: unknown) => {
            if (!(error instanceof OutcomeUnknown)) throw error;
            return (expected === 'none' ? -1n : expected) + BigInt(events.length);
          }),
      }),
    },
  },
  'keeps the head after an unknown outcome': {
    shows: /^I1: .* stands at 0 places/,
    product: { ...LEDGER, store: rememberingStore },
  },
  'appends at whatever revision there is': {
    shows: /^I2: .* prev-mismatch/,
    product: {
      ...LEDGER,
      store: (store) => ({
        ...delegated(store),
        append: (stream, expected, events) =>
          store.append(stream, expected, events).catch((error: unknown) => {
            if (!(error instanceof RevisionConflict)) throw error;
            return store.append(stream, error.actual, events);
          }),
      }),
    },
  },
  'counts energy in floating point': {
    shows: /^I3: the meter of/,
    product: {
      ...LEDGER,
      openSessions: (ports, limits) =>
        new Streams(
          ports,
          {
            initial: () => unopened({ session: '', tenant: '', station: '', transaction: '' }),
            evolve,
            read: readSessionEvent,
            write: (event) => sessionEventDraft(inFloats(event)),
            weigh: ({ kept }) => kept.size + 1,
          },
          limits,
        ),
    },
  },
  'answers before it is synced, and loses the newest when the power fails': {
    shows: /^defect: .*the store is not the one that was followed/,
    product: {
      ...LEDGER,
      powerFails: ({ log }) => log.loseNewest(UNSYNCED),
    },
  },
  'stores the checkpoint before the rows': {
    shows: /^I6: /,
    product: {
      ...LEDGER,
      model: (model) => ({
        ...delegatedModel(model),
        apply: async ({ changes, ...batch }) => {
          await model.apply({ ...batch, changes: [] });
          await model.apply({ ...batch, expected: batch.position, changes });
        },
      }),
    },
  },
  'goes on when a receipt could not be published': {
    shows: /^I11: .* has no verdict/,
    product: {
      ...LEDGER,
      feed: (feed) => ({
        ...delegatedFeed(feed),
        publish: async (topic, messages) => {
          const published = feed.publish(topic, messages);
          await (topic === 'meter-receipts' ? published.catch(() => undefined) : published);
        },
      }),
    },
  },
};

/** Events that a store loses which did not sync them. */
const UNSYNCED = 3;

function committed(batch: FeedBatch): FeedBatch {
  return { ...batch, commitThrough: () => Promise.resolve() };
}

function namedByMessage(record: FeedRecord): FeedRecord {
  try {
    const statement = readStatement(Buffer.from(record.value).toString());
    const identity = `message/${statement.tenant}/${statement.gateway}/${statement.messageId}`;
    return { ...record, value: Buffer.from(writeStatement({ ...statement, identity })) };
  } catch (error) {
    if (error instanceof StatementUnreadable) return record;
    throw error;
  }
}

function inFloats(event: SessionEvent): SessionEvent {
  if (event.type !== 'SessionClosed' && event.type !== 'SessionAmended') return event;
  const { registerStartWh, registerEndWh } = event.assessment;
  if (registerStartWh === undefined || registerEndWh === undefined) return event;
  const energyWh = `${+registerEndWh - +registerStartWh}` as DecimalText;
  return { ...event, assessment: { ...event.assessment, energyWh } };
}

function delegated(store: EventStore): Omit<EventStore, 'append'> {
  return {
    read: (stream, options) => store.read(stream, options),
    readAll: (options) => store.readAll(options),
    follow: (options, onBatch) => store.follow(options, onBatch),
    isReachable: () => store.isReachable(),
    close: () => store.close(),
  };
}

function delegatedFeed(feed: MeterFeed): Omit<MeterFeed, 'publish'> {
  return {
    consume: (options, onBatch) => feed.consume(options, onBatch),
    lag: (topic, group) => feed.lag(topic, group),
    isReachable: () => feed.isReachable(),
    close: () => feed.close(),
  };
}

function delegatedModel(model: ReadModel): Omit<ReadModel, 'apply'> {
  return {
    get: (table, tenant, id) => model.get(table, tenant, id),
    page: (query) => model.page(query),
    count: (query) => model.count(query),
    totals: (query) => model.totals(query),
    checkpoint: (projection) => model.checkpoint(projection),
    mark: (projection) => model.mark(projection),
    rebuild: (tables, projections) => model.rebuild(tables, projections),
    isReachable: () => model.isReachable(),
    close: () => model.close(),
  };
}
