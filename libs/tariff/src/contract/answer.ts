import { AMOUNT_DECIMALS } from '../charge-lines';
import type { Priced } from '../price';
import { rounded, scaledText, type Ratio } from '../ratio';
import type { Part } from '../settle';

const PARTS: readonly (readonly [Part, string])[] = [
  ['fixed', 'total_fixed_cost'],
  ['energy', 'total_energy_cost'],
  ['time', 'total_time_cost'],
  ['parking', 'total_parking_cost'],
  ['reservation', 'total_reservation_cost'],
];

/** The answer to one line, as JSON text. `id` is the JSON text of the id. Amounts have at most 4 decimals. */
export function answerText(id: string, { parts, total }: Priced): string {
  let text = `{"id":${id},"total_cost":${amountText(total)}`;
  for (const [part, name] of PARTS) {
    const amount = parts[part];
    text += `,"${name}":${isZero(amount.excl) && isZero(amount.incl) ? 'null' : amountText(amount)}`;
  }
  return `${text}}`;
}

/** The answer to a line that cannot be priced. */
export function errorText(id: string, reason: string): string {
  return `{"id":${id},"error":${JSON.stringify(reason)}}`;
}

function amountText({ excl, incl }: { readonly excl: Ratio; readonly incl: Ratio | undefined }): string {
  const before = moneyText(excl);
  return `{"excl_vat":${before},"incl_vat":${afterText(before, excl, incl)}}`;
}

function afterText(before: string, excl: Ratio, incl: Ratio | undefined): string {
  if (incl === undefined) return 'null';
  return incl === excl ? before : moneyText(incl);
}

function moneyText(amount: Ratio): string {
  return scaledText(rounded(amount, AMOUNT_DECIMALS), AMOUNT_DECIMALS);
}

function isZero({ num }: Ratio): boolean {
  return num === 0n;
}
