import { activeHolds, plausibility } from '@ledger/session';
import type { Assessment, Hold, HoldBook } from '@ledger/session';
import { Unpriceable, computeCharge, selectTariff, siteOf } from '@ledger/tariff';
import type { ComputedCharge, Site, Tariff, TariffQuestion } from '@ledger/tariff';

import type { Book } from './book';

/** The zone in which local times are read where no location names the station. */
export const ZONE_WITHOUT_LOCATION = 'UTC';

/** What is asked about one session. */
export interface RatingQuestion {
  readonly assessment: Assessment;
  readonly holds: HoldBook;
  readonly tokenGroup?: string;
}

/** What a session costs, or why nothing may be asked for it yet. */
export interface Rated {
  readonly state: 'final' | 'held' | 'unpriced';
  readonly site?: Site;
  readonly timeZone: string;
  readonly holds: readonly Hold[];
  /** Why the state is what it is; absent when it is final. */
  readonly because?: string;
  readonly charge?: ComputedCharge;
}

/**
 * Rates a session: where it was, whether its energy can be true, which tariff holds, what it costs. A pure function of
 * the evidence and the book. A held session is priced too, so that whoever answers for it sees what it is about.
 */
export function rate(book: Book, question: RatingQuestion): Rated {
  const { assessment } = question;
  const site = siteOf(book.locations, assessment);
  const timeZone = site?.timeZone ?? ZONE_WITHOUT_LOCATION;
  const holds = holdsOf(question, site);
  const common = { timeZone, holds, ...(site === undefined ? {} : { site }) };
  const priced = priceOf(book, question, { site, timeZone });
  const [first] = holds;
  if (first !== undefined) {
    return {
      ...common,
      state: 'held',
      because: first.because,
      ...(typeof priced === 'string' ? {} : { charge: priced }),
    };
  }
  if (typeof priced === 'string') return { ...common, state: 'unpriced', because: priced };
  return { ...common, state: 'final', charge: priced };
}

/** The charge, or why the session has no price. */
function priceOf(
  book: Book,
  question: RatingQuestion,
  place: { readonly site: Site | undefined; readonly timeZone: string },
): ComputedCharge | string {
  const { assessment } = question;
  if (assessment.energy === 'unmetered') return 'The statements do not tell how much energy was delivered.';
  const choice = selectTariff(book.tariffs, tariffQuestion(question, place.site));
  return choice.status === 'unpriced' ? choice.because : chargeOf(assessment, choice.tariff, place.timeZone);
}

/** The charge, or the sentence that says why the session cannot be priced as it stands. */
function chargeOf(assessment: Assessment, tariff: Tariff, zone: string): ComputedCharge | string {
  const { session, startedAt, endedAt, periods, v } = assessment;
  try {
    return computeCharge({
      session,
      metered: { startedAt, endedAt, periods },
      tariff,
      zone,
      versions: { assessment: v },
    });
  } catch (error) {
    if (error instanceof Unpriceable) return `The session cannot be priced: ${error.message}.`;
    throw error;
  }
}

/** The holds that nobody has answered for: from the statements, from the neighbours, and from what can be true here. */
export function holdsOf({ assessment, holds }: RatingQuestion, site: Site | undefined): readonly Hold[] {
  return activeHolds({ ...holds, fromOutside: allOutsideHolds(assessment, site, holds.fromOutside) });
}

/** What the place says, and of what was recorded before (such as a break in the register) each rule that it leaves open. */
export function allOutsideHolds(
  assessment: Assessment,
  site: Site | undefined,
  recorded: readonly Hold[],
): readonly Hold[] {
  const own = outsideHolds(assessment, site);
  const rules = new Set(own.map(({ rule }) => rule));
  return [...own, ...recorded.filter(({ rule }) => NEIGHBOUR_RULES.has(rule) && !rules.has(rule))];
}

/** Rules that need the session before on the connector: the ledger records them when it folds. */
const NEIGHBOUR_RULES: ReadonlySet<string> = new Set(['overlap', 'register-continuity']);

/** What the place says against an assessment. */
export function outsideHolds(assessment: Assessment, site: Site | undefined): readonly Hold[] {
  return plausibility(assessment, site?.powerMaxW === undefined ? {} : { powerMaxW: site.powerMaxW });
}

function tariffQuestion({ assessment, tokenGroup }: RatingQuestion, site: Site | undefined): TariffQuestion {
  const { startedAt, station, evse, connector } = assessment;
  return {
    startedAt,
    station,
    ...(site === undefined ? {} : { location: site.location }),
    ...(evse === undefined ? {} : { evse }),
    ...(connector === undefined ? {} : { connector }),
    ...(tokenGroup === undefined ? {} : { tokenGroup }),
  };
}
