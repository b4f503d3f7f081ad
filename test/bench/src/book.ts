import { parseInstant, readJson } from '@ledger/units';
import type { Instant } from '@ledger/units';

/** EVSEs of one location of the fleet. */
const EVSES_OF_LOCATION = 100;
const LONG_AGO = '2020-01-01T00:00:00Z';

/** The JSON texts of the locations on which the stations of a fleet stand. */
export function locationTexts(stations: readonly string[]): readonly { readonly id: string; readonly text: string }[] {
  const count = Math.ceil(stations.length / EVSES_OF_LOCATION);
  return Array.from({ length: count }, (_, number) => {
    const id = `LOC-${number}`;
    const here = stations.slice(number * EVSES_OF_LOCATION, (number + 1) * EVSES_OF_LOCATION);
    return { id, text: JSON.stringify({ ...LOCATION, id, evses: here.map(evseOf) }) };
  });
}

/** The JSON text of the tariff that all pay: dearer by day, a fee to begin, VAT. */
export const TARIFF_TEXT = JSON.stringify({
  country_code: 'DE',
  party_id: 'LDG',
  id: 'T-BENCH',
  currency: 'EUR',
  last_updated: LONG_AGO,
  elements: [
    {
      price_components: [{ type: 'ENERGY', price: 0.45, vat: 19, step_size: 1 }],
      restrictions: { start_time: '07:00', end_time: '22:00' },
    },
    { price_components: [{ type: 'ENERGY', price: 0.3, vat: 19, step_size: 1 }] },
    { price_components: [{ type: 'FLAT', price: 1, vat: 19, step_size: 1 }] },
  ],
});

/** Everybody pays it, everywhere. */
export const ASSIGNMENT = { tariff: 'T-BENCH', scope: {}, from: instant('2020-01-01T00:00:00.000Z') };

/** What is done with the texts of a book. */
export interface BookTaker {
  readonly location: (id: string, text: string) => Promise<unknown>;
  readonly tariff: (id: string, text: string) => Promise<unknown>;
  readonly assignment: (assignment: typeof ASSIGNMENT) => Promise<unknown>;
}

/** Hands over locations, tariff and assignment. */
export async function publishBook(stations: readonly string[], taker: BookTaker): Promise<void> {
  for (const { id, text } of locationTexts(stations)) await taker.location(id, text);
  await taker.tariff(ASSIGNMENT.tariff, TARIFF_TEXT);
  await taker.assignment(ASSIGNMENT);
}

/** A JSON text as its value. */
export function valueOf(text: string): Extract<ReturnType<typeof readJson>, { ok: true }>['value'] {
  const reading = readJson(text, { bytes: text.length * 4, tokens: text.length });
  if (!reading.ok) throw new RangeError(reading.reason);
  return reading.value;
}

function instant(text: string): Instant {
  const parsed = parseInstant(text);
  if (parsed === undefined) throw new RangeError(`${text} is no instant`);
  return parsed;
}

const LOCATION = {
  country_code: 'DE',
  party_id: 'LDG',
  publish: true,
  name: 'Depot',
  address: 'Street 1',
  city: 'Konstanz',
  country: 'DEU',
  coordinates: { latitude: '47.66', longitude: '9.17' },
  time_zone: 'Europe/Berlin',
  last_updated: LONG_AGO,
};

function evseOf(station: string): object {
  return {
    uid: `${station}*1`,
    status: 'AVAILABLE',
    last_updated: LONG_AGO,
    connectors: [
      {
        id: '1',
        standard: 'IEC_62196_T2',
        format: 'SOCKET',
        power_type: 'AC_3_PHASE',
        max_voltage: 230,
        max_amperage: 63,
        last_updated: LONG_AGO,
      },
    ],
  };
}
