import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { priceContractLine } from '@ledger/tariff';

/** A case as data: a line of the pricing contract and the totals that were worked out by hand or printed by the text. */
interface PriceCase {
  readonly name: string;
  readonly line: object;
  readonly total: { readonly excl: string; readonly incl: string | null };
  readonly energy?: string;
  readonly reservation?: string;
}

interface Amount {
  readonly excl_vat: number;
  readonly incl_vat: number | null;
}

interface Answer {
  readonly error?: string;
  readonly total_cost?: Amount;
  readonly total_energy_cost?: Amount | null;
  readonly total_reservation_cost?: Amount | null;
}

function cases(file: string): readonly PriceCase[] {
  return JSON.parse(readFileSync(join(__dirname, 'cases', file), 'utf8')) as readonly PriceCase[];
}

function priced(one: PriceCase): Answer {
  return JSON.parse(priceContractLine(JSON.stringify({ id: one.name, ...one.line }))) as Answer;
}

const text = (amount: number | null | undefined): string | null =>
  amount === null || amount === undefined ? null : `${amount}`;

describe.each(['ocpi-worked-examples.json', 'house-cases.json'])('the prices of %s', (file) => {
  it.each(cases(file).map((one) => [one.name, one] as const))('%s', (_, one) => {
    const answer = priced(one);
    expect(answer.error).toBeUndefined();
    expect(text(answer.total_cost?.excl_vat)).toBe(one.total.excl);
    expect(text(answer.total_cost?.incl_vat)).toBe(one.total.incl);
    if (one.energy !== undefined) expect(text(answer.total_energy_cost?.excl_vat)).toBe(one.energy);
    if (one.reservation !== undefined) expect(text(answer.total_reservation_cost?.excl_vat)).toBe(one.reservation);
  });
});
