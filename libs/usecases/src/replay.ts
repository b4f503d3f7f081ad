import type { EventStore, ReadQueries, RecordedEvent } from '@ledger/ports';
import { assessmentOf, evolve, readSessionEvent, unopened } from '@ledger/session';
import type { Session } from '@ledger/session';
import { canon, sessionStream } from '@ledger/units';
import type { Digest, Instant } from '@ledger/units';

import { EMPTY_BOOK, isBookFact, publishedInto } from './book';
import type { Book } from './book';
import { rate } from './rate';
import { recordAfter, holdBookOf } from './session-record';
import type { SessionRecord } from './session-record';
import { chargeBody } from './session-rows';
import { storedTargets, targetDigest, targetOf } from './target-digest';
import type { Target } from './target-digest';

/** What a replay may be asked. */
export interface ReplayOptions {
  readonly tenant: string;
  /** Price with this book instead of the stored publications. */
  readonly book?: Book;
  /** Fold only what was recorded up to this moment. */
  readonly asOf?: Instant;
  readonly onProgress?: (progress: { readonly done: number; readonly of: number }) => void;
  readonly signal?: AbortSignal;
}

/** One session that a replay sees otherwise than the read model. */
export interface ReplayDifference {
  readonly session: string;
  readonly what: 'missing-live' | 'missing-replayed' | 'assessment' | 'charge';
  readonly live?: string;
  readonly replayed?: string;
}

/** What a comparison found: both digests, and how many sessions differ. */
export interface ReplayComparison {
  readonly sessions: number;
  readonly digest: Digest;
  readonly live: { readonly sessions: number; readonly digest: Digest };
  readonly differences: number;
  /** The first ones. */
  readonly listed: readonly ReplayDifference[];
}

/** Differences that a comparison lists; all are counted. */
export const DIFFERENCES_LISTED_MAX = 100;

/** The replay was cancelled. Nothing was written. */
export class ReplayCancelled extends Error {
  readonly code = 'replay-cancelled';
}

/**
 * Computes every target anew from the statements alone: folds, assesses and prices, ignoring every stored assessment and
 * charge. Appends nothing. Yields the targets in order of session id.
 */
export async function* replayedTargets(
  store: EventStore,
  options: ReplayOptions,
): AsyncIterable<Target & { readonly record: SessionRecord; readonly state: string }> {
  const { sessions, book } = await survey(store, options);
  let done = 0;
  for (const session of sessions) {
    if (options.signal?.aborted === true) throw new ReplayCancelled('the replay was cancelled');
    const replayed = await replaySession(store, session, options);
    done += 1;
    options.onProgress?.({ done, of: sessions.length });
    if (replayed === undefined) continue;
    const { record, assessment } = replayed;
    const rated = rate(book, {
      assessment,
      holds: holdBookOf(record),
      ...(record.tokenGroup === undefined ? {} : { tokenGroup: record.tokenGroup }),
    });
    yield { ...targetOf(assessment, canon(chargeBody(record, rated))), record, state: rated.state };
  }
}

/** Compares a replay with the read model, session by session. */
async function* replayDifferences(
  ports: { readonly store: EventStore; readonly model: ReadQueries },
  options: ReplayOptions,
  seen: { readonly replayed: (target: Target) => void; readonly live: (target: Target) => void },
): AsyncIterable<ReplayDifference> {
  const live = storedTargets(ports.model, options.tenant)[Symbol.asyncIterator]();
  let held = await live.next();
  for await (const target of replayedTargets(ports.store, options)) {
    seen.replayed(target);
    while (held.done !== true && held.value.session < target.session) {
      seen.live(held.value);
      yield { session: held.value.session, what: 'missing-replayed', live: held.value.charge };
      held = await live.next();
    }
    if (held.done === true || held.value.session !== target.session) {
      yield { session: target.session, what: 'missing-live', replayed: target.charge };
      continue;
    }
    seen.live(held.value);
    yield* differencesOf(held.value, target);
    held = await live.next();
  }
  for (; held.done !== true; held = await live.next()) {
    seen.live(held.value);
    yield { session: held.value.session, what: 'missing-replayed', live: held.value.charge };
  }
}

/** Compares a replay with the read model and counts. `onDifference` and `onTarget` see every one. */
export async function compareReplay(
  ports: { readonly store: EventStore; readonly model: ReadQueries },
  options: ReplayOptions,
  watch: { onDifference?(difference: ReplayDifference): void; onTarget?(target: Target): void } = {},
): Promise<ReplayComparison> {
  const replayed = targetDigest();
  const live = targetDigest();
  const counts = { replayed: 0, live: 0, differences: 0 };
  const listed: ReplayDifference[] = [];
  const seen = {
    replayed: (target: Target): void => {
      replayed.add(target);
      counts.replayed += 1;
      watch.onTarget?.(target);
    },
    live: (target: Target): void => {
      live.add(target);
      counts.live += 1;
    },
  };
  for await (const difference of replayDifferences(ports, options, seen)) {
    counts.differences += 1;
    if (listed.length < DIFFERENCES_LISTED_MAX) listed.push(difference);
    watch.onDifference?.(difference);
  }
  return {
    sessions: counts.replayed,
    digest: replayed.hex(),
    live: { sessions: counts.live, digest: live.hex() },
    differences: counts.differences,
    listed,
  };
}

/** The digest of what the read model holds. */
export async function liveDigest(model: ReadQueries, tenant: string): Promise<Digest> {
  const digest = targetDigest();
  for await (const target of storedTargets(model, tenant)) digest.add(target);
  return digest.hex();
}

function* differencesOf(live: Target, replayed: Target): Iterable<ReplayDifference> {
  const { session } = live;
  if (live.assessment !== replayed.assessment) {
    yield { session, what: 'assessment', live: live.assessment, replayed: replayed.assessment };
  }
  if (live.charge !== replayed.charge) yield { session, what: 'charge', live: live.charge, replayed: replayed.charge };
}

/** One pass over the global order: which sessions there are, and what was published. */
async function survey(store: EventStore, options: ReplayOptions): Promise<{ sessions: readonly string[]; book: Book }> {
  const sessions = new Set<string>();
  let book = EMPTY_BOOK;
  for await (const { events } of store.readAll({ prefixes: ['session-', 'tariff-', 'location-'], after: 'none' })) {
    for (const event of events) {
      if (isTooLate(event, options)) continue;
      if (event.revision === 0n && event.stream.startsWith('session-'))
        sessions.add(event.stream.slice('session-'.length));
      if (isBookFact(event.type) && tenantOf(event) === options.tenant) book = publishedInto(book, event);
    }
  }
  return { sessions: [...sessions].sort(), book: options.book ?? book };
}

async function replaySession(
  store: EventStore,
  id: string,
  options: ReplayOptions,
): Promise<{ record: SessionRecord; assessment: NonNullable<SessionRecord['assessment']> } | undefined> {
  let session: Session = unopened({ session: id, tenant: '', station: '', transaction: '' });
  let record: SessionRecord | undefined;
  for await (const event of store.read(sessionStream(id))) {
    if (isTooLate(event, options)) continue;
    const fact = readSessionEvent(event.type, event.data);
    session = evolve(session, fact);
    record = recordAfter(record, fact, event.revision);
  }
  if (record?.tenant !== options.tenant || record.status !== 'closed') return undefined;
  return { record, assessment: assessmentOf(session) };
}

function isTooLate(event: RecordedEvent, { asOf }: ReplayOptions): boolean {
  return asOf !== undefined && event.recordedAt > asOf;
}

function tenantOf(event: RecordedEvent): string {
  return (JSON.parse(event.metadata) as { readonly tenant: string }).tenant;
}
