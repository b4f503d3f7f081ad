import { DAY_MS } from '@ledger/units';
import { chargedLines, type ChargedLines } from '../compute-charge';
import { cutIntervals } from '../cut';
import { SESSION_DAYS_MAX } from '../moments';
import type { TariffPlan } from '../plan';
import { planOf } from '../plan-of';
import { priceByPlans, type Priced } from '../price';
import type { PeriodList } from '../periods';
import type { Tariff } from '../tariff';
import { BadLine } from './bad-line';
import { ChosenTariffs } from './chosen-tariffs';
import { readingIntervals } from './stated-readings';
import { statedPeriods } from './stated-periods';
import type { LineRequest } from './request';

/** Prices one request of the contract. @throws BadLine when no tariff fits or the session makes no sense */
export function priceRequest(request: LineRequest): Priced {
  return pricedBy(request, request.session.isCredit).priced;
}

/**
 * The lines of the same price, for a person to read. Those of a credit are the ones that it takes back.
 * @throws BadLine like `priceRequest`
 */
export function explainRequest(request: LineRequest): ChargedLines {
  const { priced, list, plans, chosen } = pricedBy(request, false);
  const tariffs = new Map(request.tariffs.map((tariff, index) => [plans[index], tariff]));
  const tariffOf = (plan: TariffPlan): Tariff => {
    const tariff = tariffs.get(plan);
    if (tariff === undefined) throw new RangeError('the session was priced by a tariff that the request does not have');
    return tariff;
  };
  return chargedLines(priced, { tariff: tariffOf(chosen[0]), tariffOf, list });
}

function pricedBy(request: LineRequest, isCredit: boolean) {
  const { session, zone } = request;
  const plans = request.tariffs.map(planOf);
  const choice = new ChosenTariffs(plans, { isList: request.isList, startMs: session.startMs });
  const list = listOf(request, choice);
  const chosen = choice.inOrderOfUse();
  const { isExpiredReservation } = session;
  return { priced: priceByPlans(list, { plans: chosen, zone, isExpiredReservation, isCredit }), list, plans, chosen };
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
