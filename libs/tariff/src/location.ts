import {
  Exact,
  JsonNumber,
  NotCanonical,
  canon,
  decimalText,
  parseDecimal,
  parseInstant,
  sha256Hex,
  zoneOf,
} from '@ledger/units';
import type { CanonicalText, DecimalText, Digest, Instant, Json } from '@ledger/units';
import type { TariffFinding } from './tariff';

/** Most connectors that one location may name. */
export const LOCATION_CONNECTORS_MAX = 5_000;

/** A connector of a location: where it is in OCPI words, how the gateways name it, and the most power it can give. */
export interface SiteConnector {
  readonly evseUid: string;
  readonly connectorId: string;
  readonly station: string;
  readonly evse?: string;
  readonly powerMaxW?: DecimalText;
}

/** What pricing and plausibility need to know of an OCPI Location (OCPI 2.2.1 and 2.3.0, Locations, section 3.1). */
export interface Location {
  readonly id: string;
  readonly timeZone: string;
  readonly lastUpdated: Instant;
  readonly connectors: readonly SiteConnector[];
  /** The OCPI object as it came, decimals as text. */
  readonly ocpi: CanonicalText;
  readonly digest: Digest;
}

/** A parsed location, or every reason why it is none. */
export type LocationOutcome =
  | { readonly ok: true; readonly location: Location }
  | { readonly ok: false; readonly findings: readonly TariffFinding[] };

/** Where a session took place, as far as the locations tell. */
export interface Site {
  readonly location: string;
  readonly timeZone: string;
  readonly powerMaxW?: DecimalText;
}

type Record_ = Readonly<Record<string, unknown>>;

/**
 * Reads an OCPI Location. A station is named by an EVSE's `physical_reference`, else by its `uid` up to the `*`; the
 * rest of the uid is the EVSE's own name.
 */
export function parseLocation(value: unknown): LocationOutcome {
  const findings: TariffFinding[] = [];
  const refuse: Refuse = (code, pointer, because) => void findings.push({ code, pointer, because });
  if (!isRecord(value)) {
    return { ok: false, findings: [{ code: 'not-an-object', pointer: '', because: 'a Location is an object' }] };
  }
  const named = namesOf(value, refuse);
  const connectors = connectorsOf(value, refuse);
  const ocpi = closedText(value, refuse);
  if (findings.length > 0 || named === undefined || ocpi === undefined) return { ok: false, findings };
  return { ok: true, location: { ...named, connectors, ocpi, digest: sha256Hex(ocpi) } };
}

type Refuse = (code: string, pointer: string, because: string) => void;

function namesOf(value: Record_, refuse: Refuse): Pick<Location, 'id' | 'timeZone' | 'lastUpdated'> | undefined {
  const id = textIn(value, 'id');
  if (id === undefined || id.length > 36) refuse('id-invalid', '/id', 'id is required, text of at most 36 characters');
  const timeZone = textIn(value, 'time_zone');
  if (timeZone === undefined || zoneOf(timeZone) === undefined) {
    refuse('time-zone-unknown', '/time_zone', 'time_zone is required and must be an IANA name such as Europe/Zurich');
  }
  const lastUpdated = parseInstant(textIn(value, 'last_updated') ?? '');
  if (lastUpdated === undefined) {
    refuse('last-updated-invalid', '/last_updated', 'last_updated is required, a date and time');
  }
  if (id === undefined || timeZone === undefined || lastUpdated === undefined) return undefined;
  return { id, timeZone, lastUpdated };
}

/**
 * Finds the site of a session: the connector if it is named, else the EVSE, else the station. Undefined when no location
 * names the station; where several do, the one with the lowest id counts.
 */
export function siteOf(
  locations: ReadonlyMap<string, Location>,
  place: { readonly station: string; readonly evse?: string | undefined; readonly connector?: string | undefined },
): Site | undefined {
  const found = stationsOf(locations).get(place.station);
  if (found === undefined) return undefined;
  const { location, connectors } = found;
  const powerMaxW = highestPower(narrowed(connectors, place));
  return { location: location.id, timeZone: location.timeZone, ...(powerMaxW === undefined ? {} : { powerMaxW }) };
}

interface StationPlace {
  readonly location: Location;
  readonly connectors: readonly SiteConnector[];
}

const stationIndexes = new WeakMap<ReadonlyMap<string, Location>, ReadonlyMap<string, StationPlace>>();

function stationsOf(locations: ReadonlyMap<string, Location>): ReadonlyMap<string, StationPlace> {
  const known = stationIndexes.get(locations);
  if (known !== undefined) return known;
  const index = new Map<string, StationPlace>();
  for (const location of locations.values()) {
    for (const [station, connectors] of Map.groupBy(location.connectors, (connector) => connector.station)) {
      const held = index.get(station);
      if (held === undefined || location.id < held.location.id) index.set(station, { location, connectors });
    }
  }
  stationIndexes.set(locations, index);
  return index;
}

/** The same JSON with whole numbers as numbers and decimals as text, canonical; undefined after reporting why not. */
function closedText(value: unknown, refuse: Refuse): CanonicalText | undefined {
  try {
    return canon(closed(value));
  } catch (error) {
    if (!(error instanceof NotCanonical)) throw error;
    refuse('not-canonical', error.pointer, error.reason);
    return undefined;
  }
}

function closed(value: unknown): Json {
  if (Array.isArray(value)) return value.map(closed);
  if (isNumberText(value)) return /^-?\d{1,15}$/.test(value.text) ? +value.text : value.text;
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, closed(member)]));
  return value as Json;
}

function connectorsOf(location: Record_, refuse: Refuse): SiteConnector[] {
  const evses = location['evses'] ?? [];
  if (!Array.isArray(evses)) {
    refuse('evses-invalid', '/evses', 'evses is a list');
    return [];
  }
  const found: SiteConnector[] = [];
  evses.forEach((evse: unknown, at) => {
    found.push(...connectorsOfEvse(evse, `/evses/${at}`, refuse));
  });
  if (found.length > LOCATION_CONNECTORS_MAX)
    refuse('too-many-connectors', '/evses', `at most ${LOCATION_CONNECTORS_MAX} connectors`);
  return found;
}

function connectorsOfEvse(evse: unknown, pointer: string, refuse: Refuse): SiteConnector[] {
  const uid = isRecord(evse) ? textIn(evse, 'uid') : undefined;
  const connectors = isRecord(evse) ? evse['connectors'] : undefined;
  if (!isRecord(evse) || uid === undefined) {
    refuse('uid-missing', `${pointer}/uid`, 'an EVSE needs a uid');
    return [];
  }
  if (!Array.isArray(connectors) || connectors.length === 0) {
    refuse('connectors-missing', `${pointer}/connectors`, 'an EVSE has at least one connector');
    return [];
  }
  const names = stationAndEvse(uid, textIn(evse, 'physical_reference'));
  return connectors.flatMap((connector: unknown, at) => {
    const connectorId = isRecord(connector) ? textIn(connector, 'id') : undefined;
    if (!isRecord(connector) || connectorId === undefined) {
      refuse('connector-id-missing', `${pointer}/connectors/${at}/id`, 'a connector needs an id');
      return [];
    }
    const powerMaxW = powerOf(connector);
    return [{ evseUid: uid, connectorId, ...names, ...(powerMaxW === undefined ? {} : { powerMaxW }) }];
  });
}

function stationAndEvse(uid: string, physicalReference: string | undefined): { station: string; evse?: string } {
  const star = uid.indexOf('*');
  const ownName = star < 0 ? undefined : uid.slice(star + 1);
  const evse = ownName === undefined || ownName === '' ? {} : { evse: ownName };
  return { station: physicalReference ?? (star < 0 ? uid : uid.slice(0, star)), ...evse };
}

/** `max_electric_power` in W, else voltage × current × phases (OCPI 2.2.1, Locations, section 3.3: voltage is line to neutral). */
function powerOf(connector: Record_): DecimalText | undefined {
  const stated = numberIn(connector, 'max_electric_power');
  if (stated !== undefined) return parseDecimal(stated);
  const voltage = numberIn(connector, 'max_voltage');
  const current = numberIn(connector, 'max_amperage');
  if (voltage === undefined || current === undefined) return undefined;
  const phases = connector['power_type'] === 'AC_3_PHASE' ? 3 : connector['power_type'] === 'AC_2_PHASE' ? 2 : 1;
  return decimalText(new Exact(voltage).times(current).times(phases));
}

function narrowed(
  here: readonly SiteConnector[],
  place: { readonly evse?: string | undefined; readonly connector?: string | undefined },
): readonly SiteConnector[] {
  const onEvse = place.evse === undefined ? here : here.filter(({ evse }) => evse === undefined || evse === place.evse);
  const onConnector = onEvse.filter(({ connectorId }) => connectorId === place.connector);
  if (onConnector.length > 0) return onConnector;
  return onEvse.length > 0 ? onEvse : here;
}

function highestPower(connectors: readonly SiteConnector[]): DecimalText | undefined {
  let highest: DecimalText | undefined;
  for (const { powerMaxW } of connectors) {
    if (powerMaxW === undefined) return undefined;
    if (highest === undefined || new Exact(powerMaxW).gt(highest)) highest = powerMaxW;
  }
  return highest;
}

function textIn(record: Record_, key: string): string | undefined {
  const member = record[key];
  return typeof member === 'string' && member !== '' ? member : undefined;
}

function numberIn(record: Record_, key: string): string | undefined {
  const member = record[key];
  if (typeof member === 'number' && member % 1 === 0) return `${member}`;
  const text = isNumberText(member) ? member.text : member;
  return typeof text === 'string' && /^\d{1,12}(\.\d{1,6})?$/.test(text) ? text : undefined;
}

function isNumberText(value: unknown): value is JsonNumber {
  return value instanceof JsonNumber;
}

function isRecord(value: unknown): value is Record_ {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumberText(value);
}
