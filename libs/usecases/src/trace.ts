/** The header under which a trace goes along on the feed. */
export const TRACE_HEADER = 'trace';

/** W3C Trace Context, section 3.2: version, trace id, parent id, flags; later versions may add more. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;
/** What is taken over from a caller's own id: short, and with nothing that could break a log line. */
const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;

/** The trace id of a `traceparent`, by which all that follows from one request is found in the logs; undefined for anything else. */
export function traceOf(traceparent: unknown): string | undefined {
  return typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
}

/** The trace of a request: that of its `traceparent`, or its `x-request-id`, where they can be used. */
export function requestTrace(headers: {
  readonly [name: string]: unknown;
  readonly traceparent?: unknown;
  readonly 'x-request-id'?: unknown;
}): string | undefined {
  const id = headers['x-request-id'];
  return traceOf(headers.traceparent) ?? (typeof id === 'string' && REQUEST_ID.test(id) ? id : undefined);
}
