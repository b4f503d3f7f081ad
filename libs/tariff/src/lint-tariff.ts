import { parseDecimal } from '@ledger/units';
import { lintClock } from './lint-clock';
import { lintCoverage } from './lint-coverage';
import { compare, ratioOf } from './ratio';
import type { PriceLimit, Restrictions, Tariff, TariffElement, TariffFinding } from './tariff';

/** What a linter may know beside the tariff. */
export interface LintOptions {
  /** The IANA zone of a location that uses the tariff; with it, hours that a clock change repeats or skips are named. */
  readonly zone?: string;
}

/**
 * What is odd about a tariff that is valid: places where it may not do what its author meant. Each finding has a public code and
 * the JSON pointer of the place in the OCPI object. An empty list is no promise that the prices are right.
 */
export function lintTariff(tariff: Tariff, options: LintOptions = {}): readonly TariffFinding[] {
  return [
    ...lintLimits(tariff),
    ...lintValidity(tariff),
    ...lintTaxes(tariff),
    ...tariff.elements.flatMap((element, index) => lintElement(element, index)),
    ...lintCoverage(tariff),
    ...lintClock(tariff, options.zone),
  ];
}

function lintLimits({ ocpiVersion, minPrice, maxPrice }: Tariff): readonly TariffFinding[] {
  const [excl, incl] = ocpiVersion === '2.2.1' ? ['excl_vat', 'incl_vat'] : ['before_taxes', 'after_taxes'];
  const found: TariffFinding[] = [];
  if (minPrice !== undefined && maxPrice !== undefined) {
    if (isAbove(minPrice.exclTax, maxPrice.exclTax)) found.push(crossed(`/min_price/${excl}`));
    if (isAbove(minPrice.inclTax, maxPrice.inclTax)) found.push(crossed(`/min_price/${incl}`));
  }
  found.push(...lintLimit(minPrice, '/min_price', incl), ...lintLimit(maxPrice, '/max_price', incl));
  return found;
}

function crossed(pointer: string): TariffFinding {
  return {
    code: 'max-below-min',
    pointer,
    because: 'The minimum price is above the maximum price; the maximum holds.',
  };
}

function lintLimit(limit: PriceLimit | undefined, pointer: string, incl: string): readonly TariffFinding[] {
  if (limit === undefined) return [];
  if (limit.inclTax === undefined) {
    const because = 'The limit has no amount with taxes, so the total with taxes is not bounded.';
    return [{ code: 'limit-without-taxes', pointer, because }];
  }
  if (!isAbove(limit.exclTax, limit.inclTax)) return [];
  const because = 'The amount with taxes is below the one without.';
  return [{ code: 'taxes-below-zero', pointer: `${pointer}/${incl}`, because }];
}

function lintValidity({ startsAt, endsAt }: Tariff): readonly TariffFinding[] {
  if (startsAt === undefined || endsAt === undefined || startsAt < endsAt) return [];
  const because = 'The tariff ends before it starts, so it never prices a session.';
  return [{ code: 'never-valid', pointer: '/end_date_time', because }];
}

function lintTaxes({ taxIncluded, elements }: Tariff): readonly TariffFinding[] {
  if (taxIncluded !== 'N/A') return [];
  return elements.flatMap(({ components }, element) =>
    components.flatMap(({ vat }, at) =>
      vat === undefined || vat === '0'
        ? []
        : [
            {
              code: 'vat-not-applicable',
              pointer: `/elements/${element}/price_components/${at}/vat`,
              because: 'tax_included says that there are no taxes, so this rate is not used.',
            },
          ],
    ),
  );
}

function lintElement({ components, restrictions = {} }: TariffElement, index: number): readonly TariffFinding[] {
  const pointer = `/elements/${index}`;
  return [
    ...components.flatMap((component, at) => lintComponent(components, component, `${pointer}/price_components/${at}`)),
    ...lintRanges(restrictions, `${pointer}/restrictions`),
    ...lintReservation(components, restrictions, pointer),
  ];
}

type Component = TariffElement['components'][number];

function lintComponent(all: readonly Component[], component: Component, pointer: string): readonly TariffFinding[] {
  const found: TariffFinding[] = [];
  const { dimension, price, vat, stepSize } = component;
  if (all.find((other) => other.dimension === dimension) !== component) {
    const because = `The element has another ${dimension} component before; this one is never used.`;
    found.push({ code: 'component-twice', pointer, because });
  }
  if (price.startsWith('-')) {
    found.push({
      code: 'negative-price',
      pointer: `${pointer}/price`,
      because: 'The price is negative: it pays the driver.',
    });
  }
  if (vat !== undefined && isAbove(vat, '100')) {
    found.push({
      code: 'vat-above-100',
      pointer: `${pointer}/vat`,
      because: `A VAT of ${vat} % is more than the price.`,
    });
  }
  if (stepSize === 0 && dimension !== 'FLAT') {
    found.push({
      code: 'step-size-zero',
      pointer: `${pointer}/step_size`,
      because: 'A step_size of 0 rounds nothing.',
    });
  } else if (stepSize > LARGE_STEP[dimension]) {
    const because = `A step_size of ${stepSize} ${dimension === 'ENERGY' ? 'Wh' : 'seconds'} bills much that was not used.`;
    found.push({ code: 'step-size-large', pointer: `${pointer}/step_size`, because });
  }
  return found;
}

/** Steps from which a driver pays for 5 kWh or an hour that was not used. */
const LARGE_STEP = { ENERGY: 4_999, TIME: 3_599, PARKING_TIME: 3_599, FLAT: Infinity };

const RANGES = [
  ['minKwh', 'maxKwh', 'max_kwh'],
  ['minCurrent', 'maxCurrent', 'max_current'],
  ['minPower', 'maxPower', 'max_power'],
  ['minDuration', 'maxDuration', 'max_duration'],
  ['startDate', 'endDate', 'end_date'],
] as const;

/** Bounds between which nothing fits. */
function lintRanges(restrictions: Restrictions, pointer: string): readonly TariffFinding[] {
  const found = RANGES.flatMap(([min, max, name]) => {
    const [low, high] = [restrictions[min], restrictions[max]];
    if (high === undefined || !isNoRange(low ?? '0', high, min === 'startDate')) return [];
    const because = `Nothing is at least ${low ?? 0} and below ${high}; the element never matches.`;
    return [{ code: 'never-matches', pointer: `${pointer}/${name}`, because }];
  });
  const { startTime, endTime } = restrictions;
  if (startTime !== undefined && startTime === endTime && startTime !== '00:00') {
    const because = `The window starts and ends at ${startTime}; the element never matches.`;
    found.push({ code: 'start-equals-end', pointer: `${pointer}/end_time`, because });
  }
  return found;
}

function isNoRange(low: string | number, high: string | number, areDates: boolean): boolean {
  if (areDates) return low !== '0' && low >= high;
  return !isAbove(`${high}`, `${low}`);
}

function lintReservation(
  components: readonly Component[],
  { reservation }: Restrictions,
  pointer: string,
): readonly TariffFinding[] {
  if (reservation === undefined) return [];
  return components.flatMap(({ dimension }, at) => {
    if (dimension === 'FLAT' || dimension === 'TIME') return [];
    const because = `A reservation has no ${dimension}; this component never applies.`;
    return [{ code: 'not-for-reservations', pointer: `${pointer}/price_components/${at}/type`, because }];
  });
}

function isAbove(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const [left, right] = [parseDecimal(a), parseDecimal(b)];
  return left !== undefined && right !== undefined && compare(ratioOf(left), ratioOf(right)) > 0;
}
