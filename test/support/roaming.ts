import { computeCharge, parseLocation, parseTariff, priceContractLine } from '@ledger/tariff';
import type {
  CdrQuestion,
  Location,
  MeteredPeriod,
  OcpiVersion,
  RoamingOutcome,
  RoamingSession,
  Tariff,
} from '@ledger/tariff';
import { Exact, JsonNumber, instantOf, isJsonArray, isJsonObject, readJson, writeJson } from '@ledger/units';
import type { Instant, JsonObject, JsonValue } from '@ledger/units';

const SESSION = '0b0a0d3c-8a5b-5a57-b8d2-b2b1a6f0c9e4';
export const CDR_ID = '1c0a0d3c-8a5b-5a57-b8d2-b2b1a6f0c9e4';
const START = Date.parse('2026-10-24T21:00:00Z');

export function location(more: object = {}): Location {
  const outcome = parseLocation({
    country_code: 'DE',
    party_id: 'LDG',
    id: 'LOC-1',
    publish: true,
    address: `${'Long street '.repeat(8)}\n12`,
    city: 'Konstanz',
    country: 'DEU',
    coordinates: { latitude: '47.663', longitude: '9.1758' },
    time_zone: 'Europe/Berlin',
    last_updated: '2020-01-01T00:00:00Z',
    evses: ['1', '2'].map((evse) => ({
      uid: `ST-1*${evse}`,
      status: 'AVAILABLE',
      connectors: [{ id: '1', standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE' }],
    })),
    ...more,
  });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.findings));
  return outcome.location;
}

export function tariff(members: object): Tariff {
  const outcome = parseTariff({ id: 'T-1', currency: 'EUR', last_updated: '2026-01-01T00:00:00Z', ...members });
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.findings));
  return outcome.tariff;
}

export const at = (ms: number): Instant => instantOf(START + ms) ?? ('' as Instant);

export function sessionOf(periods: readonly MeteredPeriod[]): RoamingSession {
  return {
    id: SESSION,
    station: 'ST-1',
    evse: '1',
    connector: '1',
    subject: '9d0a0d3c-8a5b-4a57-b8d2-b2b1a6f0c9e4',
    state: 'ended',
    startedAt: periods[0]?.startedAt ?? at(0),
    endedAt: periods.at(-1)?.endedAt ?? at(0),
    lastUpdated: at(90_000_000),
    periods,
  };
}

export function questionOf(session: RoamingSession, by: Tariff): CdrQuestion {
  const zone = 'Europe/Berlin';
  const charge = computeCharge({
    session: session.id,
    metered: session,
    tariff: by,
    zone,
    versions: { assessment: 1 },
  });
  return { session, charge, tariff: by, location: location() };
}

/** The object as its reader gets it. */
export function sent(outcome: RoamingOutcome): JsonObject {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.findings));
  return read(outcome.object);
}

export function read(object: JsonObject): JsonObject {
  const reading = readJson(writeJson(object), { bytes: 10_000_000, tokens: 1_000_000 });
  if (!reading.ok || !isJsonObject(reading.value)) throw new Error('no object');
  return reading.value;
}

export const items = (value: JsonValue | undefined): readonly JsonObject[] =>
  isJsonArray(value) ? value.filter(isJsonObject) : [];
export const number = (value: JsonValue | undefined): Exact =>
  new Exact(value instanceof JsonNumber ? value.text : 'NaN');

export function volumes(cdr: JsonObject, type: string): Exact {
  return items(cdr['charging_periods'])
    .flatMap(({ dimensions }) => items(dimensions))
    .filter((one) => one['type'] === type)
    .reduce((sum, { volume }) => sum.plus(number(volume)), new Exact(0));
}

/** What the pricing contract says for the periods and the tariff of a CDR: the view of whoever receives it. */
export function repriced(cdr: JsonObject, version: OcpiVersion): { readonly excl: Exact; readonly incl: Exact } {
  const line = writeJson({
    id: 'cdr',
    ocpi_version: version,
    timezone: 'Europe/Berlin',
    tariff: items(cdr['tariffs'])[0] ?? null,
    session: {
      start_date_time: cdr['start_date_time'] ?? null,
      end_date_time: cdr['end_date_time'] ?? null,
      charging_periods: cdr['charging_periods'] ?? null,
      credit: cdr['credit'] ?? false,
    },
  });
  const reading = readJson(priceContractLine(line));
  const answer = reading.ok && isJsonObject(reading.value) ? reading.value : {};
  const total = answer['total_cost'];
  if (!isJsonObject(total)) throw new Error(writeJson(answer));
  return { excl: number(total['excl_vat']), incl: number(total['incl_vat']) };
}

export function totalOf(cdr: JsonObject, version: OcpiVersion): { readonly excl: Exact; readonly incl: Exact } {
  const total = cdr['total_cost'];
  if (!isJsonObject(total)) throw new Error('no total');
  if (version === '2.2.1') return { excl: number(total['excl_vat']), incl: number(total['incl_vat']) };
  const before = number(total['before_taxes']);
  return { excl: before, incl: items(total['taxes']).reduce((sum, { amount }) => sum.plus(number(amount)), before) };
}
