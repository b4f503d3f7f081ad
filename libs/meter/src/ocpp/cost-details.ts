import { optionalFlag, optionalItems, optionalObject, optionalText } from '../fields';
import type { Place } from '../fields';
import { COST_PERIODS_MAX, WORD_LENGTH_MAX } from '../limits';
import { requiredDecimal } from '../quantity';
import type { CostEvidence } from '../statement';

const PRICES = ['fixed', 'energy', 'chargingTime', 'idleTime', 'reservationTime', 'reservationFixed', 'total'] as const;
const USAGES = ['energy', 'chargingTime', 'idleTime', 'reservationTime'] as const;
const DIMENSIONS_MAX = 16;

/**
 * What a station computed itself (OCPP 2.1, CostDetailsType), flattened into decimal text: `energyExclTax`, `usageIdleTime`,
 * `period0Energy` … Evidence only. The free text of a failure is left out. @throws Refused
 */
export function readCostDetails(place: Place): CostEvidence {
  const evidence: Record<string, string> = {};
  addTotals(evidence, optionalObject(place, 'totalCost'));
  addUsage(evidence, optionalObject(place, 'totalUsage'));
  if (optionalFlag(place, 'failureToCalculate') === true) evidence['failureToCalculate'] = 'true';
  optionalItems(place, 'chargingPeriods', COST_PERIODS_MAX, (period, index) => {
    addPeriod(evidence, period, `period${index}`);
  });
  return evidence;
}

function addTotals(evidence: Record<string, string>, totals: Place | undefined): void {
  if (totals === undefined) return;
  addText(evidence, totals, 'currency', 'currency');
  addText(evidence, totals, 'typeOfCost', 'typeOfCost');
  for (const name of PRICES) {
    const price = optionalObject(totals, name);
    if (price === undefined) continue;
    addDecimal(evidence, price, 'exclTax', `${name}ExclTax`);
    addDecimal(evidence, price, 'inclTax', `${name}InclTax`);
  }
}

function addUsage(evidence: Record<string, string>, usage: Place | undefined): void {
  if (usage === undefined) return;
  for (const name of USAGES) {
    addDecimal(evidence, usage, name, `usage${name.charAt(0).toUpperCase()}${name.slice(1)}`);
  }
}

function addPeriod(evidence: Record<string, string>, period: Place, lead: string): void {
  addText(evidence, period, 'startPeriod', `${lead}Start`);
  addText(evidence, period, 'tariffId', `${lead}Tariff`);
  optionalItems(period, 'dimensions', DIMENSIONS_MAX, (dimension) => {
    const type = optionalText(dimension, 'type', WORD_LENGTH_MAX)?.replace(/[^a-zA-Z0-9]/g, '');
    if (type === undefined) return;
    // The published enumeration spells it IdleTIme; both spellings are the same dimension.
    addDecimal(evidence, dimension, 'volume', `${lead}${type === 'IdleTIme' ? 'IdleTime' : type}`);
  });
}

function addText(evidence: Record<string, string>, place: Place, name: string, as: string): void {
  const text = optionalText(place, name, WORD_LENGTH_MAX);
  if (text !== undefined) evidence[as] = text;
}

function addDecimal(evidence: Record<string, string>, place: Place, name: string, as: string): void {
  if (place.object[name] === undefined || place.object[name] === null) return;
  evidence[as] = requiredDecimal(place, name, 'lenient');
}
