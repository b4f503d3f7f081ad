import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { priceContractLine } from '@ledger/tariff';

interface PriceCase {
  readonly name: string;
  readonly line: object;
  readonly total: { readonly excl: string; readonly incl: string | null };
}

/** The hand-made price cases of one scenario number, with what they ought to cost. */
export function priceCases(number: number): readonly (readonly [name: string, one: PriceCase])[] {
  const file = join(__dirname, '..', 'prices', 'cases', 'house-cases.json');
  const all = JSON.parse(readFileSync(file, 'utf8')) as readonly PriceCase[];
  const isOf = new RegExp(`^${number}[a-z]?:`);
  return all.filter(({ name }) => isOf.test(name)).map((one) => [one.name, one] as const);
}

/** The total of a case as the pricing contract answers it. */
export function totalOf({ name, line }: PriceCase): PriceCase['total'] {
  const answer = JSON.parse(priceContractLine(JSON.stringify({ id: name, ...line }))) as {
    readonly total_cost: { readonly excl_vat: number; readonly incl_vat: number | null };
  };
  const { excl_vat: excl, incl_vat: incl } = answer.total_cost;
  return { excl: `${excl}`, incl: incl === null ? null : `${incl}` };
}
