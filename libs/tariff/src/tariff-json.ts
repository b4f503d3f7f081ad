import { canon, sha256Hex } from '@ledger/units';
import type { Digest, Json } from '@ledger/units';
import type { PriceComponent, PriceLimit, Restrictions, Tariff, TariffElement } from './tariff';

/**
 * The tariff as an OCPI object on the closed set of canonical JSON: OCPI's names, decimals as text without trailing
 * zeros, and `ocpi_version`. `parseTariff` reads it back to the same tariff.
 */
export function tariffJson(tariff: Tariff): Json {
  return {
    ocpi_version: tariff.ocpiVersion,
    country_code: tariff.countryCode,
    party_id: tariff.partyId,
    id: tariff.id,
    currency: tariff.currency,
    type: tariff.type,
    tariff_alt_text: tariff.altText?.map(({ language, text }) => ({ language, text })),
    tariff_alt_url: tariff.altUrl,
    min_price: limitJson(tariff, tariff.minPrice),
    max_price: limitJson(tariff, tariff.maxPrice),
    preauthorize_amount: tariff.preauthorizeAmount,
    elements: tariff.elements.map(elementJson),
    tax_included: tariff.ocpiVersion === '2.2.1' ? undefined : tariff.taxIncluded,
    start_date_time: tariff.startsAt,
    end_date_time: tariff.endsAt,
    last_updated: tariff.lastUpdated,
  };
}

const digests = new WeakMap<Tariff, Digest>();

/** SHA-256 over the canonical form: the same for two spellings of the same tariff. */
export function tariffDigest(tariff: Tariff): Digest {
  const known = digests.get(tariff);
  if (known !== undefined) return known;
  const digest = sha256Hex(canon(tariffJson(tariff)));
  digests.set(tariff, digest);
  return digest;
}

function limitJson(tariff: Tariff, limit: PriceLimit | undefined): Json | undefined {
  if (limit === undefined) return undefined;
  return tariff.ocpiVersion === '2.2.1'
    ? { excl_vat: limit.exclTax, incl_vat: limit.inclTax }
    : { before_taxes: limit.exclTax, after_taxes: limit.inclTax };
}

function elementJson(element: TariffElement): Json {
  const { components, restrictions } = element;
  return {
    price_components: components.map(componentJson),
    restrictions: restrictions === undefined ? undefined : restrictionsJson(restrictions),
  };
}

function componentJson(component: PriceComponent): Json {
  return { type: component.dimension, price: component.price, vat: component.vat, step_size: component.stepSize };
}

function restrictionsJson(restrictions: Restrictions): Json {
  return {
    start_time: restrictions.startTime,
    end_time: restrictions.endTime,
    start_date: restrictions.startDate,
    end_date: restrictions.endDate,
    min_kwh: restrictions.minKwh,
    max_kwh: restrictions.maxKwh,
    min_current: restrictions.minCurrent,
    max_current: restrictions.maxCurrent,
    min_power: restrictions.minPower,
    max_power: restrictions.maxPower,
    min_duration: restrictions.minDuration,
    max_duration: restrictions.maxDuration,
    day_of_week: restrictions.dayOfWeek === undefined ? undefined : [...restrictions.dayOfWeek],
    reservation: restrictions.reservation,
  };
}
