import { Exact, JsonNumber, decimalText, isJsonArray, isJsonObject } from '@ledger/units';
import type { DecimalText, JsonObject, JsonValue } from '@ledger/units';
import { taxTotals } from './charge-lines';
import type { ChargeLine, ComputedCharge, TaxTotal } from './charge';
import { exactNumber, members } from './cdr-json';
import type { Part } from './settle';
import type { OcpiVersion, Tariff } from './tariff';

interface Amounts {
  readonly excl: DecimalText;
  readonly incl: DecimalText;
  readonly taxes: readonly TaxTotal[];
}

const PARTS: readonly (readonly [Part, string])[] = [
  ['fixed', 'total_fixed_cost'],
  ['energy', 'total_energy_cost'],
  ['time', 'total_time_cost'],
  ['parking', 'total_parking_cost'],
  ['reservation', 'total_reservation_cost'],
];

/** `total_cost` of a charge, as the version writes a Price (OCPI 2.2.1, Types, 16.5; 2.3.0, Types, 17.6). */
export function totalCost(charge: ComputedCharge, version: OcpiVersion): JsonObject {
  const { totalExclTax: excl, totalInclTax: incl, taxes } = charge;
  return priceOf({ excl, incl, taxes }, version);
}

/** The parts of the total, one Price for each kind of line that occurs; a limit belongs to the total alone. */
export function partCosts(charge: ComputedCharge, tariff: Tariff, version: OcpiVersion): JsonObject {
  const byPart = Map.groupBy(charge.lines, (line) => partOf(line, tariff));
  const costs = PARTS.flatMap(([part, name]): readonly (readonly [string, JsonObject])[] => {
    const lines = byPart.get(part);
    return lines === undefined ? [] : [[name, priceOf(amountsOf(lines), version)]];
  });
  return Object.fromEntries(costs);
}

/** The same Price with the opposite sign, for the credit of a CDR (OCPI 2.3.0, CDRs, section 10.1.1). */
export function negatedPrice(price: JsonObject): JsonObject {
  const { taxes, ...amounts } = price;
  const opposite = Object.entries(amounts).map(([name, amount]): readonly [string, JsonValue] => [
    name,
    negated(amount),
  ]);
  return members({
    ...Object.fromEntries(opposite),
    taxes: isJsonArray(taxes) ? taxes.filter(isJsonObject).map(negatedTax) : undefined,
  });
}

function negatedTax(tax: JsonObject): JsonObject {
  return { ...tax, amount: negated(tax['amount']) };
}

function negated(amount: JsonValue | undefined): JsonNumber {
  if (!(amount instanceof JsonNumber)) throw new RangeError('an amount is a number');
  return exactNumber(decimalText(new Exact(amount.text).negated()));
}

function partOf({ dimension, element }: ChargeLine, tariff: Tariff): Part | 'limit' {
  if (tariff.elements[element]?.restrictions?.reservation !== undefined) return 'reservation';
  switch (dimension) {
    case 'ENERGY':
      return 'energy';
    case 'TIME':
      return 'time';
    case 'PARKING_TIME':
      return 'parking';
    case 'FLAT':
      return 'fixed';
    case 'RESERVATION_TIME':
      return 'reservation';
    case 'LIMIT':
      return 'limit';
  }
}

function amountsOf(lines: readonly ChargeLine[]): Amounts {
  const sum = (key: 'exclTax' | 'inclTax'): DecimalText =>
    decimalText(lines.reduce((total, line) => total.plus(line[key]), new Exact(0)));
  return { excl: sum('exclTax'), incl: sum('inclTax'), taxes: taxTotals(lines) };
}

function priceOf({ excl, incl, taxes }: Amounts, version: OcpiVersion): JsonObject {
  if (version === '2.2.1') return { excl_vat: exactNumber(excl), incl_vat: exactNumber(incl) };
  return {
    before_taxes: exactNumber(excl),
    taxes: taxes.map(({ name, rate, amount }) =>
      members({
        name,
        percentage: rate === undefined ? undefined : exactNumber(rate),
        amount: exactNumber(amount),
      }),
    ),
  };
}
