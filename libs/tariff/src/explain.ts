import { ratioText, type Ratio } from './ratio';
import type { PriceComponent, Restrictions, Tariff } from './tariff';

/** Text of a duration in milliseconds, such as `1 h 20 min 5 s`; what is below a second is cut. */
export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 3_600), 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ].filter(([count]) => count !== 0);
  return parts.length === 0 ? '0 s' : parts.map(([count, unit]) => `${count ?? 0} ${unit ?? ''}`).join(' ');
}

/** When an element applies, in words for a driver; empty when always. */
function conditionText(restrictions: Restrictions | undefined): string {
  if (restrictions === undefined) return '';
  const words = [
    between(restrictions.startTime, restrictions.endTime, ['from', 'until'], ' local time'),
    between(restrictions.startDate, restrictions.endDate, ['from', 'before'], ''),
    restrictions.dayOfWeek === undefined ? '' : `on ${restrictions.dayOfWeek.map(dayText).join(', ')}`,
    between(restrictions.minKwh, restrictions.maxKwh, ['after', 'before'], ' kWh'),
    durations(restrictions),
    between(restrictions.minPower, restrictions.maxPower, ['at', 'below'], ' kW'),
    between(restrictions.minCurrent, restrictions.maxCurrent, ['at', 'below'], ' A'),
  ];
  return words.filter((text) => text !== '').join(', ');
}

function between(
  min: string | undefined,
  max: string | undefined,
  [from, to]: readonly [string, string],
  unit: string,
): string {
  if (min === undefined) return max === undefined ? '' : `${to} ${max}${unit}`;
  return max === undefined ? `${from} ${min}${unit}` : `${from} ${min} ${to} ${max}${unit}`;
}

function durations({ minDuration, maxDuration }: Restrictions): string {
  const min = minDuration === undefined ? undefined : durationText(minDuration * 1_000);
  const max = maxDuration === undefined ? undefined : durationText(maxDuration * 1_000);
  const text = between(min, max, ['after', 'before'], '');
  return text === '' ? '' : `${text} of the session`;
}

function dayText(day: string): string {
  return `${day.slice(0, 1)}${day.slice(1).toLowerCase()}`;
}

/** The price of a component in words, such as `0.35 EUR per kWh plus 19 % VAT`. */
function priceText({ dimension, price, vat }: PriceComponent, { currency, taxIncluded }: Tariff): string {
  const unit = { ENERGY: ' per kWh', TIME: ' per hour', PARKING_TIME: ' per hour', FLAT: '' }[dimension];
  const tax = vat === undefined || taxIncluded === 'N/A' ? '' : vatText(vat, taxIncluded === 'YES');
  return `${price} ${currency}${unit}${tax}`;
}

function vatText(vat: string, isIncluded: boolean): string {
  return isIncluded ? `, ${vat} % VAT included` : ` plus ${vat} % VAT`;
}

/** What one line bills, as a driver reads it. */
export interface Explained {
  readonly component: PriceComponent;
  readonly tariff: Tariff;
  readonly restrictions: Restrictions | undefined;
  readonly isReservation: boolean;
  readonly measured: Ratio;
  readonly billed: Ratio;
  readonly hasExtra: boolean;
}

/** The whole sentence of a line. */
export function lineText(line: Explained): string {
  const condition = conditionText(line.restrictions);
  const when = condition === '' ? '' : `, ${condition}`;
  const cost = priceText(line.component, line.tariff);
  if (line.component.dimension === 'FLAT') {
    return line.isReservation ? `A reservation costs ${cost}${when}.` : `Each session pays ${cost} once${when}.`;
  }
  return `${quantityText(line)} at ${cost}${when}${stepText(line)}.`;
}

function quantityText({ component, isReservation, measured }: Explained): string {
  if (component.dimension === 'ENERGY') return `${ratioText(measured, 4)} kWh charged`;
  const duration = durationText(msOf(measured));
  if (isReservation) return `${duration} reserved`;
  return component.dimension === 'TIME' ? `${duration} charging` : `${duration} connected without charging`;
}

function stepText({ component, billed, hasExtra }: Explained): string {
  if (!hasExtra) return '';
  const isEnergy = component.dimension === 'ENERGY';
  const size = isEnergy ? `${component.stepSize} Wh` : durationText(component.stepSize * 1_000);
  const total = isEnergy ? `${ratioText(billed, 4)} kWh` : durationText(msOf(billed));
  return `; billed as ${total}, because the session's total is rounded up to whole steps of ${size}`;
}

/** Whole milliseconds of a fraction of hours. */
export function msOf({ num, den }: Ratio): number {
  return +`${(num * 3_600_000n) / den}`;
}
