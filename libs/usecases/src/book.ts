import { parseLocation, parseTariff } from '@ledger/tariff';
import type { Location, Tariff, TariffAssignment, TariffBook } from '@ledger/tariff';

/** A stored fact cannot be read: it was written by a newer version or damaged. The fold stops. */
export class UnreadableFact extends Error {
  readonly code = 'unreadable-fact';
}

/** Everything published of one tenant: what prices depend on beside the evidence. A pure fold of publication facts. */
export interface Book {
  readonly locations: ReadonlyMap<string, Location>;
  readonly tariffs: TariffBook;
}

/** A fact that changes a book. */
export interface BookFact {
  readonly type: string;
  readonly data: string;
}

/** The book before anything was published. */
export const EMPTY_BOOK: Book = { locations: new Map(), tariffs: { tariffs: [], assignments: [] } };

/** Tells whether the event changes the book. */
export function isBookFact(type: string): boolean {
  return type === 'LocationPublished' || type === 'TariffPublished' || type === 'TariffAssigned';
}

/** Folds one publication into the book. Of a location the newest version counts; of tariffs all do. */
export function publishedInto(book: Book, fact: BookFact): Book {
  const stored = JSON.parse(fact.data) as Readonly<Record<string, unknown>>;
  switch (fact.type) {
    case 'LocationPublished':
      return withLocation(book, locationIn(stored['location']));
    case 'TariffPublished':
      return { ...book, tariffs: { ...book.tariffs, tariffs: [...book.tariffs.tariffs, tariffIn(stored['tariff'])] } };
    case 'TariffAssigned':
      return {
        ...book,
        tariffs: {
          ...book.tariffs,
          assignments: [...book.tariffs.assignments, stored['assignment'] as TariffAssignment],
        },
      };
    default:
      throw new UnreadableFact(`${fact.type} is no publication`);
  }
}

function withLocation(book: Book, location: Location): Book {
  const held = book.locations.get(location.id);
  if (held !== undefined && held.lastUpdated >= location.lastUpdated) return book;
  return { ...book, locations: new Map([...book.locations, [location.id, location]]) };
}

function locationIn(value: unknown): Location {
  const outcome = parseLocation(value);
  if (!outcome.ok) throw new UnreadableFact(`a stored location is refused: ${outcome.findings[0]?.because ?? ''}`);
  return outcome.location;
}

function tariffIn(value: unknown): Tariff {
  const outcome = parseTariff(value);
  if (!outcome.ok) throw new UnreadableFact(`a stored tariff is refused: ${outcome.findings[0]?.because ?? ''}`);
  return outcome.tariff;
}
