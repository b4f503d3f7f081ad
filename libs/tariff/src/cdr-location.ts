import type { JsonObject, JsonValue } from '@ledger/units';
import { exactNumber, isCiString, members, printable } from './cdr-json';
import type { OcpiParty } from './cdr-tariff';
import type { Location, SiteConnector } from './location';
import type { OcpiVersion, TariffFinding } from './tariff';

/** Where a session took place. */
export interface CdrPlace {
  readonly station: string;
  readonly evse?: string;
  readonly connector?: string;
}

/** An object for a partner, or everything that it lacks: nothing is ever made up. */
export type RoamingOutcome =
  | { readonly ok: true; readonly object: JsonObject }
  | { readonly ok: false; readonly findings: readonly TariffFinding[] };

type Stored = Readonly<Record<string, unknown>>;

/** What OCPI asks for where something is not available (OCPI 2.3.0, Transport and format, section 4.4). */
export const NOT_AVAILABLE = '#NA';

const STANDARDS_SINCE_230 = new Set(['MCS', 'SAE_J3400']);

/** The party that owns the location, and with it its sessions and CDRs. */
export function partyOf(location: Location): OcpiParty | undefined {
  const { country_code: country, party_id: party } = storedOf(location);
  return isCiString(country, 2) && isCiString(party, 3) ? { countryCode: country, partyId: party } : undefined;
}

/**
 * The connector of a session: the one it names, on the EVSE it names; the only one there is, where it names none. A
 * connector number that is no connector's id may name the EVSE, as OCPP 1.6 numbers them. Undefined when that is not one.
 */
export function connectorOf(location: Location, place: CdrPlace): SiteConnector | undefined {
  const here = location.connectors.filter(({ station }) => station === place.station);
  const onEvse = here.filter(({ evse }) => place.evse === undefined || evse === undefined || evse === place.evse);
  const named = onEvse.filter(({ connectorId }) => connectorId === place.connector);
  if (named.length > 0) return only(named);
  const asEvse = here.filter(({ evse }) => place.evse === undefined && evse === place.connector);
  return only(asEvse) ?? only(onEvse);
}

/** Why a place is no connector of the location. */
export function connectorUnknown({ id }: Location, { station }: CdrPlace): TariffFinding {
  const because = `location ${id} does not tell which connector of station ${station} was used`;
  return { code: 'connector-unknown', pointer: '/evses', because };
}

function only<One>(list: readonly One[]): One | undefined {
  return list.length === 1 ? list[0] : undefined;
}

/**
 * The CdrLocation of a session: only what belongs in a CDR, cut to its lengths (OCPI 2.3.0, CDRs, section 10.4.4). An EVSE
 * without an `evse_id` is `#NA`.
 */
export function cdrLocation(location: Location, place: CdrPlace, version: OcpiVersion): RoamingOutcome {
  const connector = connectorOf(location, place);
  if (connector === undefined) {
    return { ok: false, findings: [connectorUnknown(location, place)] };
  }
  const { evse, plug } = storedConnector(location, connector);
  const stored = storedOf(location);
  const findings = [
    ...required(stored, ['address', 'city', 'country', 'coordinates'], ''),
    ...required(plug, ['standard', 'format', 'power_type'], '/evses/connectors'),
    ...unusableIds(location, connector),
    ...unknownStandard(plug, version),
  ];
  if (findings.length > 0) return { ok: false, findings };
  const object = members({
    id: location.id,
    name: textOf(stored, 'name', 255),
    address: textOf(stored, 'address', 45),
    city: textOf(stored, 'city', 45),
    postal_code: textOf(stored, 'postal_code', 10),
    state: textOf(stored, 'state', 20),
    country: textOf(stored, 'country', 3),
    coordinates: coordinatesOf(stored['coordinates']),
    evse_uid: connector.evseUid,
    evse_id: isCiString(evse['evse_id'], 48) ? evse['evse_id'] : NOT_AVAILABLE,
    connector_id: connector.connectorId,
    connector_standard: textOf(plug, 'standard', 50),
    connector_format: textOf(plug, 'format', 50),
    connector_power_type: textOf(plug, 'power_type', 50),
  });
  return { ok: true, object };
}

/** Members of Locations that OCPI defines as numbers and that need not be whole. */
const DECIMAL_MEMBERS = new Set(
  `percentage amount max_vehicle_weight max_vehicle_height max_vehicle_length max_vehicle_width
  parking_space_length parking_space_width`.split(/\s+/),
);

/**
 * A stored location as the Location object that it came as, numbers as numbers again (OCPI 2.3.0, Locations, section 8.3.1).
 * Refused where a required member is missing.
 */
export function ocpiLocation(location: Location): RoamingOutcome {
  const stored = storedOf(location);
  const names = ['country_code', 'party_id', 'publish', 'address', 'city', 'country', 'coordinates'];
  const findings = required(stored, names, '');
  if (findings.length > 0) return { ok: false, findings };
  return { ok: true, object: withNumbers(stored, '') as JsonObject };
}

function withNumbers(value: unknown, name: string): JsonValue {
  if (typeof value === 'number') return exactNumber(`${value}`);
  if (typeof value === 'string') {
    return DECIMAL_MEMBERS.has(name) && /^-?\d+(\.\d+)?$/.test(value) ? exactNumber(value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => withNumbers(item, name));
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' ? value : null;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withNumbers(member, key)]));
}

function storedOf(location: Location): Stored {
  return JSON.parse(location.ocpi) as Stored;
}

function storedConnector(location: Location, wanted: SiteConnector): { evse: Stored; plug: Stored } {
  const evse = listOf(storedOf(location)['evses']).find(({ uid }) => uid === wanted.evseUid) ?? {};
  const plug = listOf(evse['connectors']).find(({ id }) => id === wanted.connectorId) ?? {};
  return { evse, plug };
}

function listOf(value: unknown): readonly Stored[] {
  return Array.isArray(value) ? (value as readonly Stored[]) : [];
}

function required(stored: Stored, names: readonly string[], pointer: string): readonly TariffFinding[] {
  return names
    .filter((name) => !isThere(stored[name], name))
    .map((name) => ({
      code: 'missing',
      pointer: `${pointer}/${name}`,
      because: `the location has no usable ${name}, which OCPI requires`,
    }));
}

function isThere(value: unknown, name: string): boolean {
  if (name === 'coordinates') return coordinatesOf(value) !== undefined;
  if (name === 'publish') return typeof value === 'boolean';
  if (name === 'country') return typeof value === 'string' && /^[A-Z]{3}$/.test(value);
  if (name === 'country_code') return isCiString(value, 2);
  if (name === 'party_id') return isCiString(value, 3);
  return typeof value === 'string' && printable(value, 1) !== '';
}

function unusableIds({ id }: Location, { evseUid, connectorId }: SiteConnector): readonly TariffFinding[] {
  return [['/id', id] as const, ['/evses/uid', evseUid] as const, ['/evses/connectors/id', connectorId] as const]
    .filter(([, text]) => !isCiString(text, 36))
    .map(([pointer]) => ({ code: 'id-invalid', pointer, because: 'an OCPI id is printable ASCII of at most 36' }));
}

function unknownStandard(plug: Stored, version: OcpiVersion): readonly TariffFinding[] {
  const standard = plug['standard'];
  if (version === '2.3.0' || typeof standard !== 'string' || !STANDARDS_SINCE_230.has(standard)) return [];
  const because = `OCPI 2.2.1 has no connector standard ${standard}`;
  return [{ code: 'unknown-word', pointer: '/evses/connectors/standard', because }];
}

function textOf(stored: Stored, name: string, max: number): string | undefined {
  const value = stored[name];
  if (typeof value !== 'string') return undefined;
  const text = printable(value, max);
  return text === '' ? undefined : text;
}

function coordinatesOf(value: unknown): JsonObject | undefined {
  const { latitude, longitude } = (value ?? {}) as Stored;
  const isGeo = (text: unknown): text is string => typeof text === 'string' && GEO.test(text);
  if (!isGeo(latitude) || !isGeo(longitude)) return undefined;
  return { latitude: latitude.slice(0, 10), longitude: longitude.slice(0, 11) };
}

/** Decimal degrees; OCPI asks for at least five decimals, which cannot be added to a place that was stated with fewer. */
const GEO = /^-?\d{1,3}(\.\d{1,9})?$/;
