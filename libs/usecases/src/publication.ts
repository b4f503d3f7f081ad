import type { PageQuery, ReadChange, ReadRow, ReadTable, RecordedEvent } from '@ledger/ports';
import type { Location, TariffAssignment } from '@ledger/tariff';
import { canon } from '@ledger/units';
import type { CanonicalText } from '@ledger/units';

import { UnreadableFact } from './book';
import type { Book } from './book';

/** A publication fact, with its tenant and the row that keeps it. */
export interface Publication {
  readonly tenant: string;
  readonly type: string;
  readonly data: CanonicalText;
  /** The id of the published location or tariff. */
  readonly subject: string;
  readonly change: ReadChange;
}

interface StoredPublication {
  readonly location?: { readonly id: string };
  readonly tariff?: { readonly id: string };
  readonly assignment?: TariffAssignment;
  readonly lastUpdated?: string;
  readonly digest: string;
}

/** Which sessions to look at, as filters of a page. */
export type SessionFilter = Pick<PageQuery, 'where' | 'from' | 'to'>;

/** Reads a publication event and makes its row. */
export function publicationOf(event: RecordedEvent): Publication {
  const { type, data } = event;
  const { tenant } = JSON.parse(event.metadata) as { readonly tenant: string };
  const { table, subject, id, sort, columns } = keyOf(type, JSON.parse(data) as StoredPublication);
  const row = { tenant, id, sort, columns, body: canon({ type, data }) };
  return { tenant, type, data, subject, change: { kind: 'put', table, row } };
}

type PublicationKey = Pick<ReadRow, 'id' | 'sort' | 'columns'> & {
  readonly table: ReadTable;
  readonly subject: string;
};

function keyOf(
  type: string,
  { location, tariff, assignment, lastUpdated = '', digest }: StoredPublication,
): PublicationKey {
  if (location !== undefined) {
    return { table: 'locations', subject: location.id, id: location.id, sort: lastUpdated, columns: {} };
  }
  if (tariff !== undefined) {
    return { table: 'tariffs', subject: tariff.id, id: `${tariff.id}~${lastUpdated}`, sort: lastUpdated, columns: {} };
  }
  if (assignment === undefined) throw new UnreadableFact(`a ${type} without a subject`);
  const { tariff: subject, from } = assignment;
  return { table: 'assignments', subject, id: `${subject}~${digest}`, sort: from, columns: { tariff: subject } };
}

/** The sessions that a publication can make cost something else, as questions for the read model. */
export function reachedBy(publication: Publication, before: Book, after: Book): readonly SessionFilter[] {
  const { type, subject, data } = publication;
  switch (type) {
    case 'LocationPublished':
      return [
        ...new Set([...stationsIn(before.locations.get(subject)), ...stationsIn(after.locations.get(subject))]),
      ].map((station) => ({ where: { station } }));
    case 'TariffAssigned':
      return [reachOf((JSON.parse(data) as { readonly assignment: TariffAssignment }).assignment)];
    case 'TariffPublished':
      return after.tariffs.assignments.filter(({ tariff }) => tariff === subject).map(reachOf);
    default:
      return [];
  }
}

function reachOf({ scope, from, to }: TariffAssignment): SessionFilter {
  const range = to === undefined ? { from } : { from, to };
  if (scope.station !== undefined) return { ...range, where: { station: scope.station } };
  if (scope.location !== undefined) return { ...range, where: { location: scope.location } };
  return range;
}

function stationsIn(location: Location | undefined): readonly string[] {
  return location?.connectors.map(({ station }) => station) ?? [];
}
