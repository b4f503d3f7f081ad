import type { JsonObject, JsonValue } from '@ledger/units';

const PREFIX = 'ce_';
const CONTENT_TYPE = 'content-type';

/** Tells whether the headers of a Kafka record carry the attributes of a CloudEvent (CloudEvents, Kafka binding, 3.2). */
export function isBinaryEvent(headers: Readonly<Record<string, string>>): boolean {
  return headers[`${PREFIX}specversion`] !== undefined;
}

/**
 * The CloudEvent of a Kafka record in binary mode: attributes from the headers, `data` from the value. What comes out is
 * read by `readCloudEvent` like any other event.
 */
export function binaryEvent(headers: Readonly<Record<string, string>>, data: JsonValue): JsonObject {
  const event = Object.create(null) as Record<string, JsonValue>;
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(PREFIX) && name !== `${PREFIX}data`) event[name.slice(PREFIX.length)] = value;
    else if (name === CONTENT_TYPE) event['datacontenttype'] = value;
  }
  event['data'] = data;
  return event;
}
