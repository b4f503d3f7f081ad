import { AMOUNT_DECIMALS } from '../charge-lines';
import type { Priced } from '../price';
import { rounded, scaledText, type Ratio } from '../ratio';
import type { Amount } from '../settle';

/** The answer to one line, as JSON text. `id` is the JSON text of the id. Amounts have at most 4 decimals. */
export function answerText(id: string, { parts, total }: Priced): string {
  return (
    `{"id":${id},"total_cost":${amountText(total)}` +
    `,"total_fixed_cost":${partText(parts.fixed)},"total_energy_cost":${partText(parts.energy)}` +
    `,"total_time_cost":${partText(parts.time)},"total_parking_cost":${partText(parts.parking)}` +
    `,"total_reservation_cost":${partText(parts.reservation)}}`
  );
}

/** The answer to a line that cannot be priced. */
export function errorText(id: string, reason: string): string {
  return `{"id":${id},"error":${JSON.stringify(reason)}}`;
}

/** A part of nothing is null. */
function partText(part: Amount): string {
  return isZero(part.excl) && isZero(part.incl) ? 'null' : amountText(part);
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
