import type { Candidates, TariffPlan } from './plan';
import { planOf } from './plan-of';
import { TARIFF_DIMENSIONS } from './tariff';
import type { Restrictions, Tariff, TariffDimension, TariffFinding } from './tariff';

/**
 * Elements that an earlier one hides, dimensions that nothing prices, and dimensions that are priced at times only (OCPI advises
 * a last element without restrictions, Tariffs, section 11.3.1).
 */
export function lintCoverage(tariff: Tariff): readonly TariffFinding[] {
  const plan = planOf(tariff);
  return [...hidden(tariff), ...unpriced(tariff), ...partly(plan)];
}

/** Components that no moment can reach, because an earlier element of the same dimension always matches when theirs does. */
function hidden(tariff: Tariff): readonly TariffFinding[] {
  return tariff.elements.flatMap(({ components, restrictions }, index) =>
    components.flatMap(({ dimension }, at) => {
      const before = tariff.elements.slice(0, index);
      const by = before.findIndex(
        (other) =>
          other.components.some((component) => component.dimension === dimension) &&
          other.restrictions?.reservation === restrictions?.reservation &&
          covers(other.restrictions ?? {}, restrictions ?? {}),
      );
      if (by < 0) return [];
      return [
        {
          code: 'never-matches',
          pointer: `/elements/${index}/price_components/${at}`,
          because: `Element ${by} prices ${dimension} whenever this one could, so this ${dimension} never applies.`,
        },
      ];
    }),
  );
}

/** Whether every restriction of `wide` is also one of `narrow`, word for word. */
function covers(wide: Restrictions, narrow: Restrictions): boolean {
  const asked: Readonly<Record<string, unknown>> = { ...wide };
  const given: Readonly<Record<string, unknown>> = { ...narrow };
  return Object.keys(asked).every((key) => JSON.stringify(asked[key]) === JSON.stringify(given[key]));
}

function unpriced(tariff: Tariff): readonly TariffFinding[] {
  const priced = new Set(
    tariff.elements
      .filter(({ restrictions }) => restrictions?.reservation === undefined)
      .flatMap(({ components }) => components.map(({ dimension }) => dimension)),
  );
  if (isFree(tariff)) return [];
  return TARIFF_DIMENSIONS.filter((dimension) => !priced.has(dimension) && dimension !== 'FLAT').map((dimension) => ({
    code: 'dimension-not-priced',
    pointer: '/elements',
    because: `No element prices ${dimension}; it costs nothing.`,
  }));
}

/** OCPI's way to say free of charge: nothing but FLAT components of price 0. */
function isFree({ elements }: Tariff): boolean {
  return elements.every(({ components }) =>
    components.every(({ dimension, price }) => dimension === 'FLAT' && price === '0'),
  );
}

/** Dimensions whose last element has restrictions: outside of them they cost nothing. */
function partly(plan: TariffPlan): readonly TariffFinding[] {
  const found: readonly (readonly [TariffDimension, Candidates])[] = [
    ['ENERGY', plan.energy],
    ['PARKING_TIME', plan.parking],
    ['TIME', plan.time],
  ];
  return found.flatMap(([dimension, candidates]) => {
    const last = candidates.at(-1);
    if (last === undefined || last.element.isFree) return [];
    return [
      {
        code: 'gap',
        pointer: `/elements/${last.element.index}/restrictions`,
        because: `${dimension} has no element without restrictions; where none of its ${candidates.length} matches it costs nothing.`,
      },
    ];
  });
}
