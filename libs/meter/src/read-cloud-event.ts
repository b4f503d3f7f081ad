import { isJsonObject } from '@ledger/units';
import type { JsonValue } from '@ledger/units';
import type { ReadContext, ReadOutcome } from './draft';
import { namesOf, readEnvelope } from './envelope';
import type { Envelope } from './envelope';
import { OCPP_TYPES, readOcpp } from './ocpp/read-ocpp';
import { readNormalised } from './read-normalised';
import type { NormalisedKind } from './read-normalised';
import { Refused } from './refusal';

const NORMALISED: ReadonlyMap<string, NormalisedKind> = new Map([
  ['ledger.meter.started.v1', 'started'],
  ['ledger.meter.updated.v1', 'updated'],
  ['ledger.meter.ended.v1', 'ended'],
  ['ledger.meter.status.v1', 'status'],
]);

/**
 * Reads one CloudEvent, as `readJson` gave it, into drafts of statements. Never throws for what a message holds: what cannot
 * be understood is refused with a code, a reason without personal values, and the place.
 */
export function readCloudEvent(value: JsonValue, context: ReadContext): ReadOutcome {
  try {
    if (!isJsonObject(value)) throw new Refused('not-an-event', '', 'a CloudEvent is an object');
    return readEvent(readEnvelope(value, context), context);
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    const { code, reason, pointer } = cause;
    return { status: 'refused', code, reason, pointer, ...namesOf(value) };
  }
}

function readEvent(envelope: Envelope, context: ReadContext): ReadOutcome {
  const { messageId: id, gateway, subject, type } = envelope;
  const { station } = subject;
  const kind = NORMALISED.get(type);
  if (kind !== undefined) {
    return { status: 'read', drafts: [readNormalised(envelope, kind, context)], id, gateway, station };
  }
  const raw = OCPP_TYPES.get(type);
  if (raw !== undefined) {
    const read = readOcpp(envelope, raw, context);
    if ('because' in read) return { status: 'no-fact', because: read.because, id, gateway, station };
    return { status: 'read', drafts: [read], id, gateway, station };
  }
  throw new Refused('type-unknown', '/type', 'the ledger knows no events of this type');
}
