/** The streams of the domain: each kind with what its names are made of. */
export type StreamName =
  | { readonly kind: 'session' | 'charge'; readonly session: string }
  | { readonly kind: 'station' | 'tariff' | 'location'; readonly tenant: string; readonly id: string };

/** Stands between tenant and id. It is never part of either, as both are written without it. */
const SEPARATOR = '~';
const PLAIN = /^[A-Za-z0-9._*-]+$/;
const NOT_PLAIN = /[!'()~]/g;
const FORM = /^(session|charge|station|tariff|location)-([A-Za-z0-9._*%-]+)(?:~([A-Za-z0-9._*%-]+))?$/;

/** The stream of what a session's statements are. */
export function sessionStream(session: string): string {
  return `session-${encoded(session)}`;
}

/** The stream of what was issued for a session. */
export function chargeStream(session: string): string {
  return `charge-${encoded(session)}`;
}

/** The stream of a station: its transactions, aliases and last registers. */
export function stationStream(tenant: string, station: string): string {
  return `station-${encoded(tenant)}${SEPARATOR}${encoded(station)}`;
}

/** The stream of a tariff's versions and assignments. */
export function tariffStream(tenant: string, id: string): string {
  return `tariff-${encoded(tenant)}${SEPARATOR}${encoded(id)}`;
}

/** The stream of a location's versions. */
export function locationStream(tenant: string, id: string): string {
  return `location-${encoded(tenant)}${SEPARATOR}${encoded(id)}`;
}

/** What a stream is named after; undefined when it is none of these streams, spelled as they are spelled here. */
export function parseStream(stream: string): StreamName | undefined {
  const [, kind, first = '', second] = FORM.exec(stream) ?? [];
  const one = decoded(first);
  const name = second === undefined ? ofSession(kind, one) : ofTenant(kind, one, decoded(second));
  return name !== undefined && streamOf(name) === stream ? name : undefined;
}

function ofSession(kind: string | undefined, session: string): StreamName | undefined {
  return kind === 'session' || kind === 'charge' ? { kind, session } : undefined;
}

function ofTenant(kind: string | undefined, tenant: string, id: string): StreamName | undefined {
  return kind === 'station' || kind === 'tariff' || kind === 'location' ? { kind, tenant, id } : undefined;
}

function streamOf(name: StreamName): string {
  switch (name.kind) {
    case 'session':
      return sessionStream(name.session);
    case 'charge':
      return chargeStream(name.session);
    case 'station':
      return stationStream(name.tenant, name.id);
    case 'tariff':
      return tariffStream(name.tenant, name.id);
    case 'location':
      return locationStream(name.tenant, name.id);
  }
}

/** Writes a name with nothing but letters, digits and `.` `_` `-` `*`; the rest is percent-encoded (RFC 3986, section 2.1). */
function encoded(name: string): string {
  if (PLAIN.test(name)) return name;
  if (name === '' || !name.isWellFormed()) throw new RangeError('a stream cannot be named after empty or broken text');
  return encodeURIComponent(name).replace(NOT_PLAIN, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The name behind its encoded form; what was not encoded here gives a text that encodes to something else. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
