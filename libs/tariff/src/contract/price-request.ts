import { DAY_MS } from '@ledger/units';
import { cutIntervals } from '../cut';
import { SESSION_DAYS_MAX } from '../moments';
import { planOf } from '../plan-of';
import { priceByPlans, type Priced } from '../price';
import type { PeriodList } from '../periods';
import { BadLine } from './bad-line';
import { ChosenTariffs } from './chosen-tariffs';
import { readingIntervals } from './stated-readings';
import { statedPeriods } from './stated-periods';
import type { LineRequest } from './request';

/** Prices one request of the contract. @throws BadLine when no tariff fits or the session makes no sense */
export function priceRequest(request: LineRequest): Priced {
  const { session, zone } = request;
  const plans = request.tariffs.map(planOf);
  const chosen = new ChosenTariffs(plans, { isList: request.isList, startMs: session.startMs });
  const list = listOf(request, chosen);
  return priceByPlans(list, {
    plans: chosen.inOrderOfUse(),
    zone,
    isExpiredReservation: session.isExpiredReservation,
    isCredit: session.isCredit,
  });
}

function listOf({ session, zone }: LineRequest, chosen: ChosenTariffs): PeriodList {
  if (session.periods !== undefined) {
    return statedPeriods(session, session.periods, ({ tariffId }) => chosen.indexFor(tariffId));
  }
  if (session.endMs - session.startMs > SESSION_DAYS_MAX * DAY_MS) {
    throw new BadLine(`a session must not span more than ${SESSION_DAYS_MAX} days`);
  }
  return cutIntervals(readingIntervals(session), chosen.default(), zone);
}
