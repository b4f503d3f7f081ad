import type { Instant } from '@ledger/units';
import type { Tariff, TariffType } from './tariff';
import { tariffDigest } from './tariff-json';

/** Where and for whom an assignment holds; every member that is set must be met. An empty scope is everywhere. */
export interface TariffScope {
  readonly location?: string;
  readonly station?: string;
  readonly evse?: string;
  readonly connector?: string;
  readonly tokenGroup?: string;
}

/** Who pays which tariff, from one moment (inclusive) to another (exclusive). */
export interface TariffAssignment {
  readonly tariff: string;
  readonly scope: TariffScope;
  readonly from: Instant;
  readonly to?: Instant;
}

/** Every published version and every assignment: a set, whose order and repetitions mean nothing. */
export interface TariffBook {
  readonly tariffs: readonly Tariff[];
  readonly assignments: readonly TariffAssignment[];
}

/** The session that asks. Its start decides, and the tariff then stays for the whole session. */
export interface TariffQuestion extends TariffScope {
  readonly startedAt: Instant;
  /** The way of paying or charging preference; a tariff meant for another one is passed over. */
  readonly type?: TariffType;
}

/** The tariff version that prices a session, or the visible state that none does. Never a silent zero. */
export type TariffChoice =
  | {
      readonly status: 'priced';
      readonly tariff: Tariff;
      readonly assignment: TariffAssignment;
      readonly because: string;
    }
  | {
      readonly status: 'unpriced';
      readonly code: 'not-assigned' | 'not-published' | 'not-valid';
      readonly because: string;
    };

/** From the most to the least specific: whoever has an earlier one of these set wins over whoever has not. */
const SPECIFIC_FIRST = ['tokenGroup', 'connector', 'evse', 'station', 'location'] as const;

interface Index {
  readonly versions: ReadonlyMap<string, readonly Tariff[]>;
  readonly assignments: readonly TariffAssignment[];
}

const indexes = new WeakMap<TariffBook, Index>();

/**
 * Chooses the tariff version for a session: among the assignments that hold at its start the most specific one, ties
 * by the later `from`, then by tariff id; of that tariff the newest version that is valid at the start and was not
 * updated after it, or the oldest valid one when all came later. An assignment whose tariff has no valid version is
 * passed over. A pure function of the set of versions and assignments.
 */
export function selectTariff(book: TariffBook, question: TariffQuestion): TariffChoice {
  const index = indexOf(book);
  const holding = index.assignments.filter((assignment) => holds(assignment, question));
  let published = false;
  for (const assignment of holding) {
    const versions = index.versions.get(assignment.tariff) ?? [];
    published ||= versions.length > 0;
    const tariff = versionInForce(versions, question);
    if (tariff !== undefined) return { status: 'priced', tariff, assignment, because: reason(tariff, assignment) };
  }
  return unpriced(holding, published);
}

/** The version of one tariff that is in force at the start of a session; the versions must be sorted, oldest first. */
function versionInForce(versions: readonly Tariff[], question: TariffQuestion): Tariff | undefined {
  const valid = versions.filter((version) => isValid(version, question));
  return valid.findLast((version) => version.lastUpdated <= question.startedAt) ?? valid[0];
}

/** OCPI 2.3.0, Tariffs, section 11.3.1: valid from start_date_time (inclusive) to end_date_time (exclusive). */
function isValid(tariff: Tariff, { startedAt, type }: TariffQuestion): boolean {
  if (tariff.startsAt !== undefined && startedAt < tariff.startsAt) return false;
  if (tariff.endsAt !== undefined && startedAt >= tariff.endsAt) return false;
  return type === undefined || tariff.type === undefined || tariff.type === type;
}

function holds({ scope, from, to }: TariffAssignment, question: TariffQuestion): boolean {
  if (question.startedAt < from || (to !== undefined && question.startedAt >= to)) return false;
  return SPECIFIC_FIRST.every((key) => scope[key] === undefined || scope[key] === question[key]);
}

function unpriced(holding: readonly TariffAssignment[], published: boolean): TariffChoice {
  const named = [...new Set(holding.map(({ tariff }) => tariff))].join(', ');
  if (holding.length === 0) {
    return { status: 'unpriced', code: 'not-assigned', because: 'No tariff was assigned here when the session began.' };
  }
  if (!published) {
    return { status: 'unpriced', code: 'not-published', because: `The assigned tariff ${named} was never published.` };
  }
  return {
    status: 'unpriced',
    code: 'not-valid',
    because: `No version of the assigned tariff ${named} was valid when the session began.`,
  };
}

function reason(tariff: Tariff, { scope, from }: TariffAssignment): string {
  const place = SPECIFIC_FIRST.flatMap((key) => (scope[key] === undefined ? [] : [`${WORDS[key]} ${scope[key]}`]));
  const where = place.length === 0 ? 'everywhere' : `for ${place.join(', ')}`;
  return `Tariff ${tariff.id} of ${tariff.lastUpdated} holds ${where} since ${from}.`;
}

const WORDS = {
  tokenGroup: 'token group',
  connector: 'connector',
  evse: 'EVSE',
  station: 'station',
  location: 'location',
} as const;

function indexOf(book: TariffBook): Index {
  const known = indexes.get(book);
  if (known !== undefined) return known;
  const versions = new Map<string, Tariff[]>();
  for (const tariff of book.tariffs) {
    const held = versions.get(tariff.id);
    if (held === undefined) versions.set(tariff.id, [tariff]);
    else held.push(tariff);
  }
  for (const held of versions.values()) held.sort(byAge);
  const index = { versions, assignments: [...book.assignments].sort(bySpecificity) };
  indexes.set(book, index);
  return index;
}

function byAge(a: Tariff, b: Tariff): number {
  return order(a.lastUpdated, b.lastUpdated) || order(tariffDigest(a), tariffDigest(b));
}

function bySpecificity(a: TariffAssignment, b: TariffAssignment): number {
  for (const key of SPECIFIC_FIRST) {
    const difference = (b.scope[key] === undefined ? 0 : 1) - (a.scope[key] === undefined ? 0 : 1);
    if (difference !== 0) return difference;
  }
  return order(b.from, a.from) || order(a.tariff, b.tariff) || order(a.to ?? '~', b.to ?? '~');
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
