/** Where a meter is: a station, or what is known of the place in it. */
export interface MeterPlace {
  readonly station: string;
  readonly evse?: string;
  readonly connector?: string;
}

/** The key of a meter. Keys of one station stand side by side, and no key is the beginning of another one. */
export function meterKey({ station, evse, connector }: MeterPlace): string {
  return JSON.stringify([station, evse ?? null, connector ?? null]);
}

/** The place that a key names; undefined for a text that is none. */
export function meterPlace(key: string): MeterPlace | undefined {
  const [station, evse, connector, ...more] = partsOf(key);
  if (typeof station !== 'string' || !isName(evse) || !isName(connector) || more.length > 0) return undefined;
  return { station, ...(evse === null ? {} : { evse }), ...(connector === null ? {} : { connector }) };
}

/** The range in which the keys of a station lie. */
export function keysOfStation(station: string): { readonly from: string; readonly to: string } {
  const start = `[${JSON.stringify(station)}`;
  return { from: `${start},`, to: `${start}-` };
}

/** Behind all that begins with this key and a moment. */
export function behindMeter(key: string): string {
  return `${key}:`;
}

function isName(part: unknown): part is string | null {
  return part === null || typeof part === 'string';
}

function partsOf(key: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(key);
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
