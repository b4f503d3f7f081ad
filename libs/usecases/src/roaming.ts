import type { ReadQueries } from '@ledger/ports';
import { cdrObject, ocpiLocation, ocpiTariff, sessionObject } from '@ledger/tariff';
import type { CdrQuestion, OcpiParty, OcpiVersion, RoamingOutcome, Tariff } from '@ledger/tariff';
import type { Instant, JsonObject } from '@ledger/units';

import { BILLING } from './billing.projection';
import type { Book } from './book';
import { assessmentNow } from './queries';
import type { QueryPorts } from './queries';
import type { Rated } from './rate';
import { rowsOf } from './records';
import { changedAtOf, readRecord } from './session-record';
import type { SessionRecord } from './session-record';
import { chargeIdOf } from './session-rows';
import { ratedNow } from './session-view';

/** The modules of OCPI that a partner can pull. */
export const ROAMING_KINDS = ['sessions', 'cdrs', 'tariffs', 'locations'] as const;
export type RoamingKind = (typeof ROAMING_KINDS)[number];

/** One page of a module, as OCPI asks for it. */
export interface RoamingQuery {
  readonly tenant: string;
  readonly version: OcpiVersion;
  readonly kind: RoamingKind;
  /** Changed at or after this moment … */
  readonly from?: Instant;
  /** … and before this one. */
  readonly to?: Instant;
  readonly offset: number;
  readonly limit: number;
  /** Who owns a tariff that names no owner. */
  readonly party: OcpiParty;
}

/** Objects, oldest change first; `total` counts all that match, also those that could not be made. */
export interface RoamingPage {
  readonly total: number;
  readonly objects: readonly JsonObject[];
  /** What is on this page and cannot be said in OCPI, and why. */
  readonly leftOut: readonly { readonly id: string; readonly because: string }[];
}

interface Entry {
  readonly id: string;
  readonly changedAt: string;
}

/** Answers a partner's questions. It remembers the order of sessions and CDRs until the tables move on. */
export class Roaming {
  private readonly known = new Map<string, { readonly at: bigint | 'none'; readonly entries: readonly Entry[] }>();

  constructor(private readonly ports: QueryPorts) {}

  async page(query: RoamingQuery): Promise<RoamingPage> {
    const { tenant, from, to, offset, limit } = query;
    const book = await this.ports.bookOf(tenant);
    const all = await this.entries(query, book);
    const matching = all.filter(
      ({ changedAt }) => (from === undefined || changedAt >= from) && (to === undefined || changedAt < to),
    );
    const objects: JsonObject[] = [];
    const leftOut: { id: string; because: string }[] = [];
    for (const { id } of matching.slice(offset, offset + limit)) {
      const made = await this.make(query, book, id);
      if (made.ok) objects.push(made.object);
      else leftOut.push({ id, because: made.findings.map(({ because }) => because).join('; ') });
    }
    return { total: matching.length, objects, leftOut };
  }

  /** One object by its id; undefined when there is none. */
  async find(query: Omit<RoamingQuery, 'offset' | 'limit'>, id: string): Promise<RoamingOutcome | undefined> {
    const book = await this.ports.bookOf(query.tenant);
    const entries = await this.entries(query, book);
    return entries.some((entry) => entry.id === id) ? this.make(query, book, id) : undefined;
  }

  private async entries(
    { kind, tenant }: Pick<RoamingQuery, 'kind' | 'tenant'>,
    book: Book,
  ): Promise<readonly Entry[]> {
    if (kind === 'tariffs') return inOrder(newestTariffs(book).map(({ id, lastUpdated }) => entry(id, lastUpdated)));
    if (kind === 'locations') {
      return inOrder([...book.locations.values()].map(({ id, lastUpdated }) => entry(id, lastUpdated)));
    }
    const name = JSON.stringify([kind, tenant]);
    const at = await this.ports.model.checkpoint(BILLING);
    const known = this.known.get(name);
    if (known?.at === at) return known.entries;
    const entries = inOrder(await sessionEntries(this.ports.model, tenant, kind === 'cdrs'));
    this.known.set(name, { at, entries });
    return entries;
  }

  private async make(query: Omit<RoamingQuery, 'offset' | 'limit'>, book: Book, id: string): Promise<RoamingOutcome> {
    const { kind, version, party, tenant } = query;
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
    return row === undefined ? gone(id) : this.makeSession(query, book, readRecord(row.body));
  }

  private async makeSession(
    { kind, version }: Pick<RoamingQuery, 'kind' | 'version'>,
    book: Book,
    record: SessionRecord,
  ): Promise<RoamingOutcome> {
    const assessment = await assessmentNow(this.ports.store, record);
    const rated = ratedNow(book, record, assessment);
    const question = questionOf(book, { record, rated, periods: assessment });
    if (typeof question === 'string') return refused(question);
    if (kind === 'sessions') return sessionObject(question, version, rated.state === 'held');
    return rated.state === 'final'
      ? cdrObject(chargeIdOf(record.id), question, version)
      : refused(rated.because ?? 'The session has no final charge.');
  }
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

/** Sessions with the moment of their last change; with `finalOnly` those that have a final charge. */
async function sessionEntries(model: ReadQueries, tenant: string, finalOnly: boolean): Promise<readonly Entry[]> {
  const final = new Set<string>();
  if (finalOnly) {
    const charges = rowsOf(model, { table: 'charges', tenant, order: 'by-id', where: { state: 'final' } });
    for await (const { id } of charges) final.add(id);
  }
  const entries: Entry[] = [];
  for await (const { id, body } of rowsOf(model, { table: 'sessions', tenant, order: 'by-id' })) {
    const record = readRecord(body);
    if (!finalOnly || (record.status === 'closed' && final.has(id))) entries.push(entry(id, changedAtOf(record)));
  }
  return entries;
}

function entry(id: string, changedAt: string): Entry {
  return { id, changedAt };
}

function inOrder(entries: readonly Entry[]): readonly Entry[] {
  return [...entries].sort((a, b) => {
    if (a.changedAt !== b.changedAt) return a.changedAt < b.changedAt ? -1 : 1;
    return a.id < b.id ? -1 : 1;
  });
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
