import { localText } from '@ledger/units';
import type { ChargeNote } from './charge';
import { durationText, msOf } from './explain';
import type { Metered } from './metered';
import type { PeriodList } from './periods';
import { planOf } from './plan-of';
import { knownZone, type Priced } from './price';
import { compare, ratioOf, ratioText } from './ratio';
import type { TariffTally, Used } from './shares';
import type { Tariff } from './tariff';

/** Most moments that a note names. */
export const NOTE_MOMENTS_MAX = 10;

/** What the notes are made from. */
export interface NoteQuestion {
  readonly metered: Metered;
  readonly list: PeriodList;
  readonly priced: Priced;
  readonly tariff: Tariff;
  readonly zone: string;
}

/** What a reader of the charge should know, in a fixed order. */
export function chargeNotes(question: NoteQuestion): readonly ChargeNote[] {
  return [
    ...apportioned(question),
    ...clockChanges(question),
    ...withoutComponent(question),
    ...suspended(question),
    ...limits(question),
    ...taxes(question),
  ];
}

/** Price changes between two readings, where the energy on each side had to be worked out. */
function apportioned({ metered, list, zone }: NoteQuestion): readonly ChargeNote[] {
  const known = new Set(
    metered.periods.flatMap(({ startedAt, endedAt }) => [Date.parse(startedAt), Date.parse(endedAt)]),
  );
  const moments = [...new Set(list.periods.map(({ startMs }) => startMs))].filter((ms) => !known.has(ms));
  if (moments.length === 0) return [];
  const clock = knownZone(zone);
  const named = moments.slice(0, NOTE_MOMENTS_MAX).map((ms) => localText(clock, ms));
  const more = moments.length > named.length ? ` and ${moments.length - named.length} more moments` : '';
  return [
    {
      code: 'period-spans-a-price-change',
      because: `No reading was taken at ${named.join(', ')}${more}; energy was taken as even between the readings around.`,
    },
  ];
}

function clockChanges({ list, tariff, zone }: NoteQuestion): readonly ChargeNote[] {
  if (!planOf(tariff).usesClock) return [];
  const clock = knownZone(zone);
  return clock.transitions(list.startMs, list.endMs).map((ms) => ({
    code: 'clock-change',
    because: `The clock went from ${localText(clock, ms - 1)} to ${localText(clock, ms)} during the session.`,
  }));
}

const WITHOUT: readonly (readonly [Used, string, string])[] = [
  ['energy', 'no-component-for-energy', 'charged'],
  ['time', 'no-component-for-charging-time', 'charging'],
  ['parking', 'no-component-for-parking', 'connected without charging'],
  ['reservation', 'no-component-for-reservation', 'reserved'],
];

function withoutComponent({ priced, list }: NoteQuestion): readonly ChargeNote[] {
  return WITHOUT.flatMap(([used, code, words]) => {
    const quantity = priced.tallies.reduce((sum, one: TariffTally) => sum + one[used].unpriced, 0n);
    if (quantity === 0n) return [];
    const amount =
      used === 'energy'
        ? `${ratioText({ num: quantity, den: list.energyPerKwh }, 4)} kWh`
        : durationText(msOf({ num: quantity, den: list.timePerHour }));
    return [{ code, because: `The tariff has no price for ${amount} ${words}; nothing is billed for it.` }];
  });
}

function suspended({ metered }: NoteQuestion): readonly ChargeNote[] {
  const ms = metered.periods
    .filter(({ state }) => state === 'suspended')
    .reduce((sum, { startedAt, endedAt }) => sum + Date.parse(endedAt) - Date.parse(startedAt), 0);
  if (ms === 0) return [];
  const because = `The station withheld power for ${durationText(ms)}; that is no parking time.`;
  return [{ code: 'suspended-by-station', because }];
}

function limits({ priced, tariff }: NoteQuestion): readonly ChargeNote[] {
  const { sum, total } = priced;
  const { minPrice, maxPrice } = tariff;
  const notes: ChargeNote[] = [];
  const isBounded =
    compare(sum.excl, total.excl) !== 0 || (total.incl !== undefined && compare(sum.incl, total.incl) !== 0);
  if (isBounded)
    notes.push({ code: 'price-limit-applied', because: 'The total was bounded by a price limit of the tariff.' });
  if (minPrice && maxPrice && compare(ratioOf(minPrice.exclTax), ratioOf(maxPrice.exclTax)) > 0) {
    notes.push({
      code: 'price-limits-crossed',
      because: 'The minimum price is above the maximum price; the maximum holds.',
    });
  }
  return notes;
}

function taxes({ priced, tariff }: NoteQuestion): readonly ChargeNote[] {
  const notes: ChargeNote[] = [];
  if (priced.total.incl === undefined) {
    const because = 'A price limit states no amount with taxes, so the total with taxes is taken as the one without.';
    notes.push({ code: 'taxes-of-limit-unknown', because });
  }
  const isUntaxed = priced.tallies.some(({ shares }) =>
    shares.some((share) => share?.component.source.vat === undefined && share !== undefined),
  );
  if (isUntaxed && tariff.ocpiVersion === '2.3.0' && tariff.taxIncluded !== 'N/A') {
    const because =
      tariff.taxIncluded === 'YES'
        ? 'The tariff includes taxes that it does not name.'
        : 'The tariff names no taxes for some prices; locally applicable ones may come on top.';
    notes.push({ code: 'taxes-not-stated', because });
  }
  return notes;
}
