import { Exact, decimalText, isJsonArray, isJsonObject, JsonNumber, readJson } from '@ledger/units';
import type { JsonObject, JsonValue } from '@ledger/units';

import { badInput } from '../exit';
import { readObjects } from '../options';
import type { Truth } from './truth';

/** What a sound session has to cost. */
export interface Expected {
  readonly currency: string;
  readonly totalExclTax: string;
  readonly totalInclTax: string;
}

interface Component {
  readonly type: 'ENERGY' | 'FLAT';
  readonly price: Exact;
  readonly vat: Exact;
  readonly stepSize: Exact;
}

/** Decimals of a total, rounded once, half away from zero. */
const AMOUNT_DECIMALS = 4;
const WH_PER_KWH = 1_000;

/**
 * Reads an OCPI Tariff so plain that its money can be known without the ledger's own pricing: one element without
 * restrictions, of ENERGY and FLAT. @throws CommandFailed naming file, place and reason
 */
export function expectationOf(path: string): (truth: Truth) => Expected | undefined {
  const tariff = tariffIn(path);
  const { currency } = tariff;
  if (typeof currency !== 'string') throw badInput(`${path}/currency: a currency is expected`);
  const [element, ...more] = itemsIn(tariff, 'elements');
  if (element === undefined || !isJsonObject(element) || more.length > 0 || element['restrictions'] !== undefined) {
    throw badInput(`${path}/elements: money is only known beforehand for one element without restrictions`);
  }
  const components = itemsIn(element, 'price_components').map((item, at) =>
    componentOf(item, `${path}/elements/0/price_components/${at}`),
  );
  return ({ shownWh }) => (shownWh === undefined ? undefined : costOf(new Exact(shownWh), components, currency));
}

function tariffIn(path: string): JsonObject {
  const [tariff, ...others] = readObjects(path);
  const reading = tariff === undefined || others.length > 0 ? undefined : readJson(tariff.text);
  if (reading?.ok === true && isJsonObject(reading.value)) return reading.value;
  throw badInput(`${path}: one OCPI Tariff is expected`);
}

function itemsIn(object: JsonObject, name: string): readonly JsonValue[] {
  const list = object[name];
  return list !== undefined && isJsonArray(list) ? list : [];
}

function componentOf(item: JsonValue, place: string): Component {
  if (!isJsonObject(item)) throw badInput(`${place}: an object is expected`);
  const { type } = item;
  if (type !== 'ENERGY' && type !== 'FLAT') {
    throw badInput(`${place}/type: money is only known beforehand for ENERGY and FLAT`);
  }
  return {
    type,
    price: numberIn(item, 'price', place),
    vat: item['vat'] === undefined ? new Exact(0) : numberIn(item, 'vat', place),
    stepSize: item['step_size'] === undefined ? new Exact(1) : numberIn(item, 'step_size', place),
  };
}

function numberIn(item: JsonObject, name: string, place: string): Exact {
  const value = item[name];
  if (value instanceof JsonNumber) return new Exact(value.text);
  throw badInput(`${place}/${name}: a number is expected`);
}

function costOf(energyWh: Exact, components: readonly Component[], currency: string): Expected {
  let net = new Exact(0);
  let gross = new Exact(0);
  for (const { type, price, vat, stepSize } of components) {
    const steps = stepSize.gt(0) ? energyWh.div(stepSize).ceil().times(stepSize) : energyWh;
    const cost = type === 'FLAT' ? price : steps.div(WH_PER_KWH).times(price);
    net = net.plus(cost);
    gross = gross.plus(cost.plus(cost.times(vat).div(100)));
  }
  const rounded = (amount: Exact): string => decimalText(amount.toDecimalPlaces(AMOUNT_DECIMALS));
  return { currency, totalExclTax: rounded(net), totalInclTax: rounded(gross) };
}
