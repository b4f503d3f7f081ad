import { isJsonObject, JsonNumber } from '@ledger/units';
import type { JsonObject, JsonValue } from '@ledger/units';
import type { MessageNames, ReadContext } from './draft';
import { pointerTo, requiredText, topOf, wrongType } from './fields';
import type { Place } from './fields';
import { MESSAGE_ID_LENGTH_MAX, PLACE_LENGTH_MAX, SOURCE_LENGTH_MAX, TYPE_LENGTH_MAX } from './limits';
import { Refused } from './refusal';

/** Where the message belongs: `subject`, taken apart. */
export interface Subject {
  readonly station: string;
  readonly evse?: string;
  readonly connector?: string;
}

/** The attributes of a CloudEvent that the ledger reads. */
export interface Envelope {
  readonly messageId: string;
  readonly gateway: string;
  readonly type: string;
  readonly subject: Subject;
  readonly top: Place;
}

const GATEWAYS = '/gateways/';

/** The gateway that a `source` names: `/gateways/gw-7` and `gw-7` are the same one. */
export function gatewayOf(source: string): string {
  return source.startsWith(GATEWAYS) && source.length > GATEWAYS.length ? source.slice(GATEWAYS.length) : source;
}

/** Reads the attributes of a CloudEvent in JSON (CloudEvents 1.0, JSON format, section 3). @throws Refused */
export function readEnvelope(object: JsonObject, context: ReadContext): Envelope {
  const top = topOf(object);
  if (object['specversion'] !== '1.0') {
    throw new Refused('specversion-unknown', '/specversion', 'specversion has to be "1.0"');
  }
  const messageId = requiredText(top, 'id', MESSAGE_ID_LENGTH_MAX);
  const gateway = gatewayOf(requiredText(top, 'source', SOURCE_LENGTH_MAX));
  if (context.gateway !== undefined && gateway !== gatewayOf(context.gateway)) {
    throw new Refused('gateway-mismatch', '/source', 'source does not name the gateway that sent the message');
  }
  checkExtensions(top);
  const type = requiredText(top, 'type', TYPE_LENGTH_MAX);
  return { messageId, gateway, type, subject: readSubject(top), top };
}

/** What a message that may be broken tells of its names, for the answer to its producer. */
export function namesOf(value: JsonValue): MessageNames {
  if (!isJsonObject(value)) return {};
  const id = nameIn(value['id'], MESSAGE_ID_LENGTH_MAX);
  const source = nameIn(value['source'], SOURCE_LENGTH_MAX);
  const station = nameIn(value['subject'], SUBJECT_LENGTH_MAX)?.split('/')[0];
  return {
    ...(id === undefined ? {} : { id }),
    ...(source === undefined ? {} : { gateway: gatewayOf(source) }),
    ...(station === undefined || station === '' ? {} : { station }),
  };
}

function nameIn(value: JsonValue | undefined, lengthMax: number): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= lengthMax ? value : undefined;
}

const SUBJECT_LENGTH_MAX = 3 * PLACE_LENGTH_MAX + 2;

function readSubject(top: Place): Subject {
  const subject = requiredText(top, 'subject', SUBJECT_LENGTH_MAX);
  const first = subject.indexOf('/');
  if (first < 0) return { station: id(subject) };
  const station = id(subject.slice(0, first));
  const second = subject.indexOf('/', first + 1);
  if (second < 0) return { station, evse: id(subject.slice(first + 1)) };
  return { station, evse: id(subject.slice(first + 1, second)), connector: id(subject.slice(second + 1)) };
}

function id(text: string): string {
  if (text !== '' && !text.includes('/') && isWithin(text)) return text;
  throw new Refused('subject-invalid', '/subject', 'subject has to be station, station/evse or station/evse/connector');
}

function isWithin(text: string): boolean {
  return text.length <= PLACE_LENGTH_MAX || Array.from(text).length <= PLACE_LENGTH_MAX;
}

const ATTRIBUTES: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'data',
]);
const EXTENSION = /^[a-z0-9]+$/;

/** Extensions are allowed and not read: lower-case names, plain values (CloudEvents 1.0, section 3.1). */
function checkExtensions(top: Place): void {
  const { object } = top;
  for (const name in object) {
    if (name === 'data') continue;
    const value = object[name];
    if (!ATTRIBUTES.has(name) && !EXTENSION.test(name)) {
      throw new Refused('field-unknown', pointerTo(top, name), 'no attribute of CloudEvents has such a name');
    }
    if (typeof value === 'object' && value !== null && !(value instanceof JsonNumber)) {
      wrongType(top, name, 'text, a number, true or false');
    }
  }
}
