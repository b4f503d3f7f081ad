/** The name of the stream that holds the metadata of a stream. */
export function metastreamOf(stream: string): string {
  return `$$${stream}`;
}

/** The stream whose metadata a metadata stream holds, or the stream itself. */
export function subjectOf(stream: string): string {
  return stream.startsWith('$$') ? stream.slice(2) : stream;
}

/** `$tb` of a deleted stream: everything is cut off. */
export const TRUNCATED = Number.MAX_SAFE_INTEGER;

/** How much of a stream its metadata leaves visible. */
export interface Limits {
  readonly truncateBefore: number;
  readonly maxCount?: number;
}

/** Reads `$tb` and `$maxCount`; nothing is cut where they are missing. */
export function readLimits(metadata: Uint8Array | undefined): Limits {
  const fields = parse(metadata);
  const cut = fields['$tb'];
  const most = fields['$maxCount'];
  const truncateBefore = typeof cut === 'number' ? Math.min(cut, TRUNCATED) : 0;
  return typeof most === 'number' ? { truncateBefore, maxCount: most } : { truncateBefore };
}

/** What a user may do with a stream. `$mr` and `$mw` are the metadata's. */
export type Right = '$r' | '$w' | '$d' | '$mr' | '$mw';

/** Who holds a right: names of users and groups, `$all` for everybody. Undefined where the metadata says nothing. */
export function rolesOf(acl: unknown, right: Right): readonly string[] | undefined {
  const roles = isRecord(acl) ? acl[right] : undefined;
  if (typeof roles === 'string') return [roles];
  return Array.isArray(roles) ? roles.filter((role) => typeof role === 'string') : undefined;
}

/** A member of a JSON object in stored bytes, such as `$acl`. */
export function memberOf(metadata: Uint8Array | undefined, name: string): unknown {
  return parse(metadata)[name];
}

function parse(bytes: Uint8Array | undefined): Readonly<Record<string, unknown>> {
  if (bytes === undefined || bytes.length === 0) return {};
  const json: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  return isRecord(json) ? json : {};
}

function isRecord(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
