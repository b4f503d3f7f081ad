import { jsonEvent, type EventData } from '@eventstore/db-client';
import { StorageFault, type NewEvent, type RecordedEvent } from '@ledger/ports';
import { canon, instantOf, type CanonicalText } from '@ledger/units';

/** An event as the client hands it over: whatever the server sent, read as JSON where that was possible. */
export interface ClientEvent {
  readonly streamId: string;
  readonly id: string;
  readonly revision: bigint;
  readonly type: string;
  readonly data: unknown;
  readonly metadata?: unknown;
  readonly isJson: boolean;
  readonly created: Date;
  readonly position?: { readonly commit: bigint; readonly prepare: bigint };
}

/** A JSON object as the client wants it: plain data, which it writes itself. */
type Plain = Readonly<Record<string, string>>;

const UTF8 = new TextEncoder();

/**
 * The event for the client, which writes the JSON of data itself: plain values in the order of the canonical text, proven to come out
 * as that very text. So nothing that it cannot write ever reaches it, which would leave the append without an end. Metadata it
 * takes as bytes.
 * @throws RangeError when data or metadata are not the canonical text of an object
 */
export function toStored(event: NewEvent): EventData {
  const data = plainOf(event.data, `event ${event.id}, data`);
  plainOf(event.metadata, `event ${event.id}, metadata`);
  return jsonEvent({ id: event.id, type: event.type, data, metadata: UTF8.encode(event.metadata) });
}

function plainOf(text: CanonicalText, place: string): Plain {
  const value = parsed(text, place);
  if (!isObject(value)) throw new RangeError(`${place}: not a JSON object`);
  return value;
}

function parsed(text: string, place: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (canon(value) === text) return value;
  } catch (cause) {
    throw new RangeError(`${place}: not in canonical form`, { cause });
  }
  throw new RangeError(`${place}: not in canonical form`);
}

/**
 * A stored event with its canonical text. What cannot be ours is damage: bytes that are no JSON object (the client hands
 * them on as text or bytes), values outside the closed set, a record without time or without a position of its own.
 * @throws StorageFault
 */
export function fromStored(event: ClientEvent | undefined): RecordedEvent {
  if (event === undefined) throw new StorageFault('the server sent a link to an event that is gone');
  const place = `${event.streamId}, revision ${event.revision}`;
  if (!event.isJson) throw new StorageFault(`${place}: the event is not marked as JSON`);
  return {
    stream: event.streamId,
    revision: event.revision,
    position: positionOf(event, place),
    id: event.id.toLowerCase(),
    type: event.type,
    data: textOf(event.data, `${place}, data`),
    metadata: textOf(event.metadata, `${place}, metadata`),
    recordedAt: createdOf(event, place),
  };
}

function textOf(value: unknown, place: string): CanonicalText {
  if (!isObject(value)) throw new StorageFault(`${place}: did not arrive as a JSON object`);
  try {
    return canon(value);
  } catch (cause) {
    throw new StorageFault(`${place}: cannot have been written by the ledger`, { cause });
  }
}

/** The position of all events: where commit and prepare are the same record, as for everything written through gRPC. */
function positionOf({ position }: ClientEvent, place: string): bigint {
  if (position === undefined || position.commit !== position.prepare || position.commit > POSITION_MAX) {
    throw new StorageFault(`${place}: the record has no position of its own; the server must be 22.6 or newer`);
  }
  return position.commit;
}

/** The greatest position of a log; greater ones stand for "not known". */
const POSITION_MAX = 2n ** 63n - 1n;

function createdOf(event: ClientEvent, place: string): RecordedEvent['recordedAt'] {
  const ms = event.created.getTime();
  const instant = ms > 0 ? instantOf(ms) : undefined;
  if (instant === undefined) throw new StorageFault(`${place}: the record has no time`);
  return instant;
}

function isObject(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
