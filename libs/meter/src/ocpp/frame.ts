import { isJsonArray, isJsonObject, JsonNumber, readJson } from '@ledger/units';
import type { JsonValue } from '@ledger/units';
import { missing, onlyFields, optionalObject, optionalText, pointerTo, requiredRecord, requiredText } from '../fields';
import type { Place } from '../fields';
import { FRAME_LENGTH_MAX, MESSAGE_ID_LENGTH_MAX, WORD_LENGTH_MAX } from '../limits';
import { Refused } from '../refusal';

/** What an OCPP message is: a call, its result, or the error it was answered with. */
export type FrameKind = 'call' | 'result' | 'error';

/** An OCPP message, however it was wrapped. */
export interface OcppMessage {
  readonly messageId: string;
  readonly action?: string;
  readonly payload: Place;
  /** The message id of the call that a result answers. */
  readonly correlatesTo: string;
}

const WRAPPED_FIELDS: ReadonlySet<string> = new Set(['messageId', 'action', 'payload', 'correlatesTo']);
const FRAME_FIELDS: ReadonlySet<string> = new Set(['frame']);

/**
 * Reads the data of an `ocpp.*` event: the members of a message, or the OCPP-J array itself as text in `frame` (OCPP-J 1.6
 * and 2.0.1, section 4.2). @throws Refused
 */
export function readMessage(data: Place, kind: FrameKind): OcppMessage {
  if (data.object['frame'] !== undefined) {
    onlyFields(data, FRAME_FIELDS);
    return readFrame(data, kind);
  }
  onlyFields(data, WRAPPED_FIELDS);
  const messageId = requiredText(data, 'messageId', MESSAGE_ID_LENGTH_MAX);
  const action =
    kind === 'call' ? requiredText(data, 'action', WORD_LENGTH_MAX) : optionalText(data, 'action', WORD_LENGTH_MAX);
  const correlatesTo = optionalText(data, 'correlatesTo', MESSAGE_ID_LENGTH_MAX) ?? messageId;
  const payload = optionalObject(data, 'payload') ?? (kind === 'error' ? data : missing(data, 'payload'));
  return { messageId, payload, correlatesTo, ...(action === undefined ? {} : { action }) };
}

/** MessageTypeId of OCPP-J; 5 and 6 (CALLRESULTERROR and SEND) since 2.1. */
const KINDS: ReadonlyMap<string, FrameKind> = new Map([
  ['2', 'call'],
  ['3', 'result'],
  ['4', 'error'],
  ['5', 'error'],
  ['6', 'call'],
]);

function readFrame(data: Place, kind: FrameKind): OcppMessage {
  const parts = frameParts(data);
  const [type, messageId, third, fourth] = parts;
  if (!(type instanceof JsonNumber) || KINDS.get(type.text) !== kind) {
    return malformed(data, `the frame has to begin with the message type of a ${kind}`);
  }
  if (typeof messageId !== 'string' || messageId === '' || messageId.length > MESSAGE_ID_LENGTH_MAX) {
    return malformed(data, 'the second part of the frame has to be its message id');
  }
  if (kind === 'call') {
    if (typeof third !== 'string') return malformed(data, 'the third part of a call has to be its action');
    return { messageId, action: third, payload: payloadAt(data, fourth, 3), correlatesTo: messageId };
  }
  const payload = kind === 'result' ? payloadAt(data, third, 2) : data;
  return { messageId, payload, correlatesTo: messageId };
}

function frameParts(data: Place): readonly JsonValue[] {
  const reading = readJson(requiredRecord(data, 'frame', FRAME_LENGTH_MAX));
  if (!reading.ok) return malformed(data, `the frame is no JSON: ${reading.reason}`);
  return isJsonArray(reading.value) ? reading.value : malformed(data, 'the frame has to be an array');
}

function payloadAt(data: Place, payload: JsonValue | undefined, index: number): Place {
  if (!isJsonObject(payload)) return malformed(data, 'the payload of the frame has to be an object');
  return { object: payload, within: data, name: 'frame', index };
}

function malformed(data: Place, reason: string): never {
  throw new Refused('frame-malformed', pointerTo(data, 'frame'), reason);
}
