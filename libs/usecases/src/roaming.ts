import { BadCursor } from '@ledger/ports';
import type { KeyStore, TotalsQuery } from '@ledger/ports';
import { cdrObject, ocpiLocation, ocpiTariff, sessionObject } from '@ledger/tariff';
import type { CdrQuestion, OcpiParty, OcpiVersion, RoamingOutcome, Tariff } from '@ledger/tariff';
import { isJsonArray, readJson } from '@ledger/units';
import type { Instant, JsonObject } from '@ledger/units';

import type { Book } from './book';
import { assessmentNow } from './queries';
import type { QueryPorts } from './queries';
import type { Rated } from './rate';
import { changedAtOf, readRecord } from './session-record';
import type { SessionRecord } from './session-record';
import { chargeIdOf, chargeStateOf } from './session-rows';
import { ratedNow } from './session-view';
import { openedRecords } from './signed-records';

/** The modules of OCPI that a partner can pull. */
export const ROAMING_KINDS = ['sessions', 'cdrs', 'tariffs', 'locations'] as const;
export type RoamingKind = (typeof ROAMING_KINDS)[number];

/** Which objects of a module are asked for, and for whom. */
export interface RoamingQuestion {
  readonly tenant: string;
  readonly version: OcpiVersion;
  readonly kind: RoamingKind;
  /** Who owns a tariff that names no owner. */
  readonly party: OcpiParty;
}

/** One page of a module, as OCPI asks for it. */
export interface RoamingQuery extends RoamingQuestion {
  /** Changed at or after this moment … */
  readonly from?: Instant;
  /** … and before this one. */
  readonly to?: Instant;
  /** Objects to pass over. */
  readonly offset: number;
  /** Goes on behind an earlier page, whatever changed meanwhile, and passes nothing over. */
  readonly after?: string;
  readonly limit: number;
}

/** Objects, oldest change first; `total` counts all that match, also those that could not be made. */
export interface RoamingPage {
  readonly total: number;
  readonly objects: readonly JsonObject[];
  /** What is on this page and cannot be said in OCPI, and why. */
  readonly leftOut: readonly { readonly id: string; readonly because: string }[];
  /** What the following page goes on `after`; absent on the last one. */
  readonly next?: string;
}

/** What a partner's questions need. */
export interface RoamingPorts extends QueryPorts {
  readonly keys: KeyStore;
}

/** Answers a partner's questions. */
export class Roaming {
  constructor(private readonly ports: RoamingPorts) {}

  /** @throws BadCursor for an `after` that no page of this question gave */
  async page(query: RoamingQuery): Promise<RoamingPage> {
    const book = await this.ports.bookOf(query.tenant);
    const { ids, total, next } = await this.found(query, book);
    const objects: JsonObject[] = [];
    const leftOut: { id: string; because: string }[] = [];
    for (const id of ids) {
      const made = await this.make(query, book, id);
      if (made.ok) objects.push(made.object);
      else leftOut.push({ id, because: made.findings.map(({ because }) => because).join('; ') });
    }
    return { total, objects, leftOut, ...(next === undefined ? {} : { next }) };
  }

  /** One location by its id; undefined when there is none. */
  async location(question: Omit<RoamingQuestion, 'kind'>, id: string): Promise<RoamingOutcome | undefined> {
    const book = await this.ports.bookOf(question.tenant);
    return book.locations.has(id) ? this.make({ ...question, kind: 'locations' }, book, id) : undefined;
  }

  private async found(query: RoamingQuery, book: Book): Promise<Found> {
    const { kind, tenant, from, to, offset, limit, after } = query;
    const rows = ROWS[kind];
    if (rows === undefined) return publishedPage(publishedIn(kind, book), query);
    const range = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    const question = { ...rows, tenant, ...range };
    const place = after === undefined ? { skip: offset } : { cursor: after };
    const { model } = this.ports;
    const total = await model.count(question);
    const page = await model.page({ ...question, ...place, order: 'oldest-first', limit });
    return { ids: page.rows.map(({ id }) => id), total, ...(page.next === undefined ? {} : { next: page.next }) };
  }

  private async make(question: RoamingQuestion, book: Book, id: string): Promise<RoamingOutcome> {
    const { kind, version, party, tenant } = question;
    if (kind === 'locations') {
      const location = book.locations.get(id);
      return location === undefined ? gone(id) : ocpiLocation(location);
    }
    if (kind === 'tariffs') {
      const tariff = newestTariffs(book).find((one) => one.id === id);
      const object = tariff === undefined ? undefined : ocpiTariff(tariff, version, party);
      return object === undefined ? refused('The tariff cannot be said in this OCPI version.') : { ok: true, object };
    }
    const row = await this.ports.model.get('sessions', tenant, id);
    return row === undefined ? gone(id) : this.makeSession(question, book, readRecord(row.body));
  }

  private async makeSession(
    { kind, version }: Pick<RoamingQuestion, 'kind' | 'version'>,
    book: Book,
    record: SessionRecord,
  ): Promise<RoamingOutcome> {
    const assessment = await assessmentNow(this.ports.store, record);
    const rated = ratedNow(book, record, assessment);
    const question = questionOf(book, { record, rated, periods: assessment });
    if (typeof question === 'string') return refused(question);
    if (kind === 'sessions') return sessionObject(question, version, rated.state === 'held');
    if (chargeStateOf(record, rated) !== 'final') return refused(rated.because ?? 'The session has no final charge.');
    const { signed, note: signedNote } = await openedRecords(this.ports, record.id);
    const evidence = {
      ...(signed === undefined ? {} : { signed }),
      ...(signedNote === undefined ? {} : { signedNote }),
    };
    return cdrObject(chargeIdOf(record.id), { ...question, ...evidence }, version);
  }
}

/** Where the objects of a module lie in the tables, by their last change; the others are published and lie in the book. */
const ROWS: Readonly<Partial<Record<RoamingKind, Pick<TotalsQuery, 'table' | 'by' | 'where'>>>> = {
  sessions: { table: 'sessions', by: 'changed_at' },
  cdrs: { table: 'charges', by: 'changed_at', where: { state: 'final' } },
};

interface Found {
  readonly ids: readonly string[];
  readonly total: number;
  readonly next?: string;
}

interface Entry {
  readonly id: string;
  readonly changedAt: string;
}

function publishedIn(kind: RoamingKind, book: Book): readonly Entry[] {
  const published = kind === 'tariffs' ? newestTariffs(book) : [...book.locations.values()];
  const entries = published.map(({ id, lastUpdated }) => ({ id, changedAt: lastUpdated }));
  return entries.sort((a, b) => (isBefore(a, b) ? -1 : 1));
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.changedAt === b.changedAt ? a.id < b.id : a.changedAt < b.changedAt;
}

function publishedPage(entries: readonly Entry[], { from, to, offset, after, limit }: RoamingQuery): Found {
  const matching = entries.filter(
    ({ changedAt }) => (from === undefined || changedAt >= from) && (to === undefined || changedAt < to),
  );
  const place = after === undefined ? undefined : entryIn(after);
  const rest = place === undefined ? matching.slice(offset) : matching.filter((one) => isBefore(place, one));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const next = last === undefined || page.length === rest.length ? {} : { next: afterEntry(last) };
  return { ids: page.map(({ id }) => id), total: matching.length, ...next };
}

function afterEntry({ id, changedAt }: Entry): string {
  return Buffer.from(JSON.stringify([changedAt, id])).toString('base64url');
}

/** @throws BadCursor */
function entryIn(after: string): Entry {
  const reading = readJson(Buffer.from(after, 'base64url').toString());
  const [changedAt, id] = reading.ok && isJsonArray(reading.value) ? reading.value : [];
  if (typeof changedAt === 'string' && typeof id === 'string') return { id, changedAt };
  throw new BadCursor('the page to go on after is not one of ours');
}

function questionOf(
  book: Book,
  {
    record,
    rated,
    periods: { startedAt, endedAt, periods },
  }: {
    readonly record: SessionRecord;
    readonly rated: Rated;
    readonly periods: Pick<CdrQuestion['session'], 'startedAt' | 'endedAt' | 'periods'>;
  },
): CdrQuestion | string {
  const { charge, site } = rated;
  const location = site === undefined ? undefined : book.locations.get(site.location);
  if (location === undefined) return 'No location names the station.';
  if (charge === undefined) return rated.because ?? 'The session has no price.';
  const tariff = book.tariffs.tariffs.find(
    ({ id, lastUpdated }) => id === charge.tariff.id && lastUpdated === charge.tariff.version,
  );
  if (tariff === undefined) return `Tariff ${charge.tariff.id} is not published any more.`;
  const { id, station, evse, connector, subject } = record;
  const session = {
    id,
    station,
    ...(evse === undefined ? {} : { evse }),
    ...(connector === undefined ? {} : { connector }),
    ...(subject === undefined ? {} : { subject }),
    state: record.status === 'closed' ? ('ended' as const) : ('open' as const),
    lastUpdated: changedAtOf(record),
    startedAt,
    endedAt,
    periods,
  };
  return { session, charge, tariff, location };
}

/** Of each tariff the version that was updated last. */
function newestTariffs(book: Book): readonly Tariff[] {
  const newest = new Map<string, Tariff>();
  for (const tariff of book.tariffs.tariffs) {
    const held = newest.get(tariff.id);
    if (held === undefined || held.lastUpdated < tariff.lastUpdated) newest.set(tariff.id, tariff);
  }
  return [...newest.values()];
}

function gone(id: string): RoamingOutcome {
  return refused(`${id} is gone.`);
}

function refused(because: string): RoamingOutcome {
  return { ok: false, findings: [{ code: 'not-available', pointer: '', because }] };
}
