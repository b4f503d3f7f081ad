/** A compressed block that breaks its format, or grows beyond what a record batch may hold. */
export class MalformedCompression extends Error {
  readonly code = 'malformed-compression';
  /** Read by the client: fetching the same bytes again would not help. */
  readonly retriable = false;
  constructor(format: 'snappy' | 'lz4' | 'gzip' | 'zstd', reason: string, options?: ErrorOptions) {
    super(`${format}: ${reason}`, options);
  }
}

/** Most bytes that one compressed record batch may unpack to; a small frame must not fill the memory. */
export const UNPACKED_BYTES_MAX = 64 * 1024 * 1024;
