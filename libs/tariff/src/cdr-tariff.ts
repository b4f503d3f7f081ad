import type { JsonObject } from '@ledger/units';
import { exactNumber, isCiString, members } from './cdr-json';
import type { OcpiVersion, PriceComponent, PriceLimit, Restrictions, Tariff } from './tariff';

/** The two letters and the three characters by which OCPI names who owns an object. */
export interface OcpiParty {
  readonly countryCode: string;
  readonly partyId: string;
}

/**
 * A tariff version as a Tariff object of an OCPI version, its decimals as JSON numbers (OCPI 2.2.1, Tariffs, 11.3.1; 2.3.0,
 * Tariffs, 11.3.1). Undefined where the version cannot say it: prices that contain taxes exist in 2.3.0 alone, and an id
 * must be a CiString of at most 36.
 */
export function ocpiTariff(tariff: Tariff, version: OcpiVersion, party: OcpiParty): JsonObject | undefined {
  if (!isCiString(tariff.id, 36)) return undefined;
  if (version === '2.2.1' && tariff.taxIncluded === 'YES') return undefined;
  const isNew = version === '2.3.0';
  const hasTaxes = tariff.taxIncluded !== 'N/A' || isNew;
  return members({
    country_code: tariff.countryCode ?? party.countryCode,
    party_id: tariff.partyId ?? party.partyId,
    id: tariff.id,
    currency: tariff.currency,
    type: tariff.type,
    tariff_alt_text: tariff.altText?.map(({ language, text }) => ({ language, text })),
    tariff_alt_url: tariff.altUrl,
    min_price: limitOf(tariff.minPrice, version),
    max_price: limitOf(tariff.maxPrice, version),
    preauthorize_amount: isNew ? numberOf(tariff.preauthorizeAmount) : undefined,
    elements: tariff.elements.map(({ components, restrictions }) =>
      members({
        price_components: components.map((component) => componentOf(component, hasTaxes)),
        restrictions: restrictions === undefined ? undefined : restrictionsOf(restrictions),
      }),
    ),
    tax_included: isNew ? tariff.taxIncluded : undefined,
    start_date_time: tariff.startsAt,
    end_date_time: tariff.endsAt,
    last_updated: tariff.lastUpdated,
  });
}

function numberOf(value: string | number | undefined): JsonObject[string] {
  return value === undefined ? undefined : exactNumber(`${value}`);
}

function limitOf(limit: PriceLimit | undefined, version: OcpiVersion): JsonObject | undefined {
  if (limit === undefined) return undefined;
  const [excl, incl] = version === '2.2.1' ? ['excl_vat', 'incl_vat'] : ['before_taxes', 'after_taxes'];
  return members({ [excl]: numberOf(limit.exclTax), [incl]: numberOf(limit.inclTax) });
}

function componentOf({ dimension, price, vat, stepSize }: PriceComponent, hasTaxes: boolean): JsonObject {
  return members({
    type: dimension,
    price: numberOf(price),
    vat: hasTaxes ? numberOf(vat) : undefined,
    step_size: numberOf(stepSize),
  });
}

function restrictionsOf(restrictions: Restrictions): JsonObject {
  return members({
    start_time: restrictions.startTime,
    end_time: restrictions.endTime,
    start_date: restrictions.startDate,
    end_date: restrictions.endDate,
    min_kwh: numberOf(restrictions.minKwh),
    max_kwh: numberOf(restrictions.maxKwh),
    min_current: numberOf(restrictions.minCurrent),
    max_current: numberOf(restrictions.maxCurrent),
    min_power: numberOf(restrictions.minPower),
    max_power: numberOf(restrictions.maxPower),
    min_duration: numberOf(restrictions.minDuration),
    max_duration: numberOf(restrictions.maxDuration),
    day_of_week: restrictions.dayOfWeek,
    reservation: restrictions.reservation,
  });
}
