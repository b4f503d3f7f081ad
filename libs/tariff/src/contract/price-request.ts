import { instantOf, DAY_MS } from '@ledger/units';
import { cutIntervals } from '../cut';
import { SESSION_DAYS_MAX } from '../moments';
import { planOf } from '../plan';
import { price, type Priced } from '../price';
import type { PeriodList } from '../periods';
import type { Tariff } from '../tariff';
import { readingIntervals } from './stated-readings';
import { statedPeriods } from './stated-periods';
import { BadLine, type LineRequest, type StatedPeriod } from './request';

/** Prices one request of the contract. @throws BadLine when no tariff fits or the session makes no sense */
export function priceRequest(request: LineRequest): Priced {
  const { session, zone } = request;
  const chosen = new ChosenTariffs(request);
  const list = listOf(request, chosen);
  return price(list, {
    tariffs: chosen.inOrderOfUse(list),
    zone,
    isExpiredReservation: session.isExpiredReservation,
    isCredit: session.isCredit,
  });
}

function listOf({ session, zone }: LineRequest, chosen: ChosenTariffs): PeriodList {
  if (session.periods !== undefined) {
    return statedPeriods(session, session.periods, (period) => chosen.indexFor(period));
  }
  if (session.endMs - session.startMs > SESSION_DAYS_MAX * DAY_MS) {
    throw new BadLine(`a session must not span more than ${SESSION_DAYS_MAX} days`);
  }
  return cutIntervals(readingIntervals(session), planOf(chosen.default()), zone);
}

/** The tariffs that price a session, numbered in order of use. */
class ChosenTariffs {
  private readonly used: Tariff[] = [];

  constructor(private readonly request: LineRequest) {}

  /** The tariff of the session's start: the only one, or the first of the list that is valid then. @throws BadLine */
  default(): Tariff {
    const { tariffs, isList, session } = this.request;
    const startedAt = instantOf(session.startMs);
    const found = isList ? tariffs.find((tariff) => isValidAt(tariff, startedAt)) : tariffs[0];
    if (found === undefined) throw new BadLine('no tariff of the list is valid at the start of the session');
    return found;
  }

  indexFor({ tariffId }: StatedPeriod): number {
    const tariff = tariffId === undefined ? this.default() : this.named(tariffId);
    const known = this.used.indexOf(tariff);
    return known >= 0 ? known : this.used.push(tariff) - 1;
  }

  inOrderOfUse(list: PeriodList): readonly [Tariff, ...Tariff[]] {
    const [first, ...others] = this.used;
    return first === undefined || list.periods.length === 0 ? [this.default()] : [first, ...others];
  }

  /** Ids are case-insensitive (OCPI 2.3.0, Types, CiString). */
  private named(id: string): Tariff {
    const { tariffs } = this.request;
    const lower = id.toLowerCase();
    const found =
      tariffs.find((tariff) => tariff.id === id) ?? tariffs.find((tariff) => tariff.id.toLowerCase() === lower);
    if (found === undefined) throw new BadLine(`the line has no tariff ${id}`);
    return found;
  }
}

function isValidAt({ startsAt, endsAt }: Tariff, at: string | undefined): boolean {
  if (at === undefined) return false;
  return (startsAt === undefined || startsAt <= at) && (endsAt === undefined || at < endsAt);
}
