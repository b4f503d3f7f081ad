import { isUtf8 } from 'node:buffer';
import type { FeedRecord } from '@ledger/ports';

/** A gateway's message as one structured CloudEvent in JSON text, or why it is none. The codes are public. */
export type GatewayMessage =
  | { readonly kind: 'event'; readonly json: string }
  | { readonly kind: 'unreadable'; readonly code: GatewayMessageCode; readonly reason: string };

export type GatewayMessageCode =
  | 'empty-value'
  | 'value-too-large'
  | 'value-not-utf-8'
  | 'data-not-json'
  | 'unknown-content-type'
  | 'bad-attribute'
  | 'no-cloudevent';

/** Largest value that is read as a gateway's message. */
export const GATEWAY_MESSAGE_BYTES_MAX = 1024 * 1024;

const ATTRIBUTE_PREFIX = 'ce_';
const STRUCTURED_JSON = 'application/cloudevents+json';
const STRUCTURED_ANY = 'application/cloudevents';
const JSON_TYPE = /^(?:application|text)\/(?:json|[^;\s/]+\+json)$/;
const TEXT_TYPE = 'text/';
const ATTRIBUTE_NAME = /^[a-z0-9]{1,64}$/;
/** Names of the JSON format (CloudEvents 1.0.2, JSON Event Format, section 3.1) that no header may take. */
const RESERVED = new Set(['data', 'datacontenttype']);

/**
 * Reads the Kafka binding of CloudEvents 1.0.2: binary mode (attributes in headers `ce_*`, data in the value, section 3.2) and
 * structured mode (the whole event as JSON in the value, section 3.3). A value without a content type that holds a JSON object
 * counts as structured. JSON data is taken over as it is written, digit for digit. Whether the event means anything is not judged.
 */
export function readGatewayMessage(record: Pick<FeedRecord, 'value' | 'headers'>): GatewayMessage {
  const { value, headers } = record;
  if (value.length > GATEWAY_MESSAGE_BYTES_MAX) {
    return unreadable(
      'value-too-large',
      `the value has ${value.length} bytes, at most ${GATEWAY_MESSAGE_BYTES_MAX} are read`,
    );
  }
  const contentType = mediaTypeOf(headers);
  if (contentType === STRUCTURED_JSON) return structured(value);
  if (contentType.startsWith(STRUCTURED_ANY))
    return unreadable('unknown-content-type', `${shown(contentType)} is not read`);
  if (Object.hasOwn(headers, `${ATTRIBUTE_PREFIX}specversion`)) return binary(value, headers, contentType);
  if (contentType === '' || JSON_TYPE.test(contentType)) return structured(value);
  return unreadable('no-cloudevent', 'there is neither a header ce_specversion nor a content type of CloudEvents');
}

function structured(value: Uint8Array): GatewayMessage {
  if (value.length === 0) return unreadable('empty-value', 'the value is empty');
  const text = utf8(value);
  if (text === undefined) return unreadable('value-not-utf-8', 'the value is not UTF-8');
  if (!text.trimStart().startsWith('{')) return unreadable('no-cloudevent', 'the value is no JSON object');
  return { kind: 'event', json: text };
}

function binary(value: Uint8Array, headers: FeedRecord['headers'], contentType: string): GatewayMessage {
  const members: string[] = [];
  for (const [header, text] of Object.entries(headers)) {
    if (!header.startsWith(ATTRIBUTE_PREFIX)) continue;
    const name = header.slice(ATTRIBUTE_PREFIX.length);
    if (!ATTRIBUTE_NAME.test(name) || RESERVED.has(name)) {
      return unreadable('bad-attribute', `header ${shown(header)}: ${shown(name)} is no name of an attribute`);
    }
    members.push(`${JSON.stringify(name)}:${JSON.stringify(text)}`);
  }
  if (contentType !== '') members.push(`"datacontenttype":${JSON.stringify(contentType)}`);
  const data = value.length === 0 ? undefined : dataMember(value, contentType);
  if (data !== undefined && typeof data !== 'string') return data;
  if (data !== undefined) members.push(data);
  return { kind: 'event', json: `{${members.join(',')}}` };
}

/** The data as a member of the JSON format: JSON as it stands, text as a string, anything else in base64 (section 3.1.1). */
function dataMember(value: Uint8Array, contentType: string): string | GatewayMessage {
  const isJson = contentType === '' || JSON_TYPE.test(contentType);
  if (!isJson && !contentType.startsWith(TEXT_TYPE)) return `"data_base64":"${Buffer.from(value).toString('base64')}"`;
  const text = utf8(value);
  if (text === undefined) return unreadable('value-not-utf-8', 'the value is not UTF-8');
  if (!isJson) return `"data":${JSON.stringify(text)}`;
  return isJsonText(text) ? `"data":${text}` : unreadable('data-not-json', `the data is not JSON, although it says so`);
}

/** Proves that the text is one whole JSON value, so that it cannot close the event around it. */
function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function mediaTypeOf(headers: FeedRecord['headers']): string {
  const given = headers['content-type'] ?? headers['Content-Type'] ?? '';
  return (given.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function utf8(value: Uint8Array): string | undefined {
  return isUtf8(value) ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('utf8') : undefined;
}

const SHOWN_MAX = 80;

function shown(text: string): string {
  return JSON.stringify(text.slice(0, SHOWN_MAX));
}

function unreadable(code: GatewayMessageCode, reason: string): GatewayMessage {
  return { kind: 'unreadable', code, reason };
}
