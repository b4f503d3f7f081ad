/** An event as it is proposed by a client, bytes untouched. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** An event in the log. Positions grow but are not dense, as in a real transaction log. */
export interface StoredEvent extends ProposedEvent {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  /** Wall clock of the server in units of 100 ns since 1970. */
  readonly created: bigint;
}

/** Bytes that a record takes in the log beside its content. */
const RECORD_OVERHEAD = 113;

/** How far the log grows by an event. */
export function recordBytes(stream: string, event: ProposedEvent): bigint {
  const content = event.data.length + event.metadata.length + Buffer.byteLength(event.type);
  return BigInt(RECORD_OVERHEAD + Buffer.byteLength(stream) + content);
}
