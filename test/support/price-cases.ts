import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { priceContractLine } from '@ledger/tariff';

/** A line of the pricing contract with what it ought to cost. */
export interface PriceCase {
  readonly name: string;
  readonly line: {
    readonly tariff?: { readonly elements: readonly object[] };
    readonly session: {
      readonly start_date_time: string;
      readonly end_date_time: string;
      readonly charging_periods?: readonly StatedPeriod[];
    };
  };
  readonly total: { readonly excl: string; readonly incl: string | null };
}

/** A charging period with its volumes. */
export interface StatedPeriod {
  readonly start_date_time: string;
  readonly dimensions: readonly { readonly type: string; readonly volume: string }[];
}

/** The hand-made price cases of one scenario number, with what they ought to cost. */
export function priceCases(number: number): readonly (readonly [name: string, one: PriceCase])[] {
  const isOf = new RegExp(`^${number}[a-z]?:`);
  return named('house-cases.json', isOf);
}

/** The worked examples of the OCPI texts whose name matches. */
export function workedExamples(name: RegExp): readonly (readonly [name: string, one: PriceCase])[] {
  return named('ocpi-worked-examples.json', name);
}

function named(file: string, wanted: RegExp): readonly (readonly [name: string, one: PriceCase])[] {
  const path = join(__dirname, '..', 'prices', 'cases', file);
  const all = JSON.parse(readFileSync(path, 'utf8')) as readonly PriceCase[];
  return all.filter(({ name }) => wanted.test(name)).map((one) => [one.name, one] as const);
}

/** The total of a case as the pricing contract answers it. */
export function totalOf({ name, line }: PriceCase): PriceCase['total'] {
  const answer = JSON.parse(priceContractLine(JSON.stringify({ id: name, ...line }))) as {
    readonly total_cost: { readonly excl_vat: number; readonly incl_vat: number | null };
  };
  const { excl_vat: excl, incl_vat: incl } = answer.total_cost;
  return { excl: `${excl}`, incl: incl === null ? null : `${incl}` };
}
