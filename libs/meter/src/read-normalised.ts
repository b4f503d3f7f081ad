import type { Instant } from '@ledger/units';
import type { DraftReading, IdentityBasis, ReadContext, StatementDraft } from './draft';
import type { Envelope } from './envelope';
import {
  missing,
  onlyFields,
  optionalFlag,
  optionalObject,
  optionalItems,
  optionalText,
  optionalWhole,
  optionalWord,
  requiredRecord,
  requiredText,
} from './fields';
import type { Place } from './fields';
import {
  MULTIPLIER_MAX,
  PUBLIC_KEY_LENGTH_MAX,
  READINGS_MAX,
  SEQ_NO_MAX,
  SIGNED_DATA_LENGTH_MAX,
  TOKEN_GROUP_LENGTH_MAX,
  TOKEN_ID_LENGTH_MAX,
  TOKEN_TYPE_LENGTH_MAX,
  TRANSACTION_LENGTH_MAX,
  VALUES_MAX,
  WORD_LENGTH_MAX,
} from './limits';
import type { Moments } from './moment';
import type { Mutable } from './mutable';
import { requiredAt } from './moment';
import { inBaseUnit, meteredValue, requiredDecimal } from './quantity';
import type { ClearToken, MeteredValue } from './statement';
import { CHARGING_STATES, LOCATIONS, PHASES, READING_CONTEXTS, SIGNED_ENCODINGS } from './vocabulary';
import type { ClearSignedRecord } from './draft';

/** What the type of a normalised event says about its transaction. */
export type NormalisedKind = 'started' | 'updated' | 'ended' | 'status';

const DATA_FIELDS: ReadonlySet<string> = new Set([
  'transaction',
  'seqNo',
  'offline',
  'trigger',
  'chargingState',
  'stopReason',
  'token',
  'readings',
]);
const TOKEN_FIELDS: ReadonlySet<string> = new Set(['type', 'id', 'group']);
const READING_FIELDS: ReadonlySet<string> = new Set(['at', 'context', 'values', 'signed']);
const VALUE_FIELDS: ReadonlySet<string> = new Set(['measurand', 'value', 'unit', 'multiplier', 'phase', 'location']);
const SIGNED_FIELDS: ReadonlySet<string> = new Set(['format', 'encoding', 'data', 'publicKey']);

/** Reads the data of a `ledger.meter.*.v1` event (`interfaces.md`, section 1). @throws Refused */
export function readNormalised(envelope: Envelope, kind: NormalisedKind, context: ReadContext): StatementDraft {
  const { messageId, gateway, subject, top } = envelope;
  const { tenant, receivedAt } = context;
  const at = requiredAt(top, 'time', { receivedAt });
  const data = optionalObject(top, 'data') ?? missing(top, 'data');
  onlyFields(data, DATA_FIELDS);
  const moments: Moments = { receivedAt, repeated: { text: textOf(top, 'time'), at } };
  const readings = optionalItems(data, 'readings', READINGS_MAX, (reading, index) =>
    readReading(reading, index, moments),
  );
  const draft: Mutable<StatementDraft> = {
    v: 1,
    tenant,
    gateway,
    messageId,
    station: subject.station,
    kind,
    at,
    receivedAt,
    readings,
    identifiedBy: 'message',
  };
  if (subject.evse !== undefined) draft.evse = subject.evse;
  if (subject.connector !== undefined) draft.connector = subject.connector;
  addTransaction(draft, data);
  addState(draft, data);
  return draft;
}

function textOf(place: Place, name: string): string {
  const text = place.object[name];
  return typeof text === 'string' ? text : '';
}

function addTransaction(draft: Mutable<StatementDraft>, data: Place): void {
  const transaction = optionalText(data, 'transaction', TRANSACTION_LENGTH_MAX);
  const seqNo = optionalWhole(data, 'seqNo', { min: 0, max: SEQ_NO_MAX });
  if (transaction !== undefined) draft.transaction = transaction;
  else if (draft.kind === 'started' || draft.kind === 'ended') missing(data, 'transaction');
  else if (draft.kind === 'updated') draft.kind = 'reading';
  if (seqNo !== undefined) draft.seqNo = seqNo;
  draft.identifiedBy = basisOf(draft);
}

function basisOf(draft: StatementDraft): IdentityBasis {
  if (draft.transaction !== undefined && draft.seqNo !== undefined) return 'seq';
  if (draft.kind === 'started') return 'start';
  return draft.kind === 'ended' ? 'stop' : 'message';
}

function addState(draft: Mutable<StatementDraft>, data: Place): void {
  const isOffline = optionalFlag(data, 'offline');
  const trigger = optionalText(data, 'trigger', WORD_LENGTH_MAX);
  const chargingState = optionalWord(data, 'chargingState', CHARGING_STATES);
  const stopReason = optionalText(data, 'stopReason', WORD_LENGTH_MAX);
  const token = optionalObject(data, 'token');
  if (isOffline !== undefined) draft.offline = isOffline;
  if (trigger !== undefined) draft.trigger = trigger;
  if (chargingState !== undefined) draft.chargingState = chargingState;
  else if (draft.kind === 'status') missing(data, 'chargingState');
  if (stopReason !== undefined) draft.stopReason = stopReason;
  if (token !== undefined) draft.clearToken = readToken(token);
}

function readToken(place: Place): ClearToken {
  onlyFields(place, TOKEN_FIELDS);
  const type = requiredText(place, 'type', TOKEN_TYPE_LENGTH_MAX);
  const id = requiredText(place, 'id', TOKEN_ID_LENGTH_MAX);
  const group = optionalText(place, 'group', TOKEN_GROUP_LENGTH_MAX);
  return group === undefined ? { type, id } : { type, id, group };
}

function readReading(place: Place, index: number, moments: Moments): DraftReading {
  onlyFields(place, READING_FIELDS);
  const at: Instant = requiredAt(place, 'at', moments);
  const context = optionalWord(place, 'context', READING_CONTEXTS) ?? 'Sample.Periodic';
  if (place.object['values'] === undefined) missing(place, 'values');
  const values = optionalItems(place, 'values', VALUES_MAX, readValue);
  const signed = optionalObject(place, 'signed');
  if (signed === undefined) return { at, context, values };
  return { at, context, values, signed: readSigned(signed, index) };
}

function readValue(place: Place): MeteredValue {
  onlyFields(place, VALUE_FIELDS);
  const measurand = requiredText(place, 'measurand', WORD_LENGTH_MAX);
  const unit = optionalText(place, 'unit', WORD_LENGTH_MAX);
  const multiplier = optionalWhole(place, 'multiplier', { min: -MULTIPLIER_MAX, max: MULTIPLIER_MAX }) ?? 0;
  const phase = optionalWord(place, 'phase', PHASES);
  const location = optionalWord(place, 'location', LOCATIONS);
  const written = requiredDecimal(place, 'value', 'plain');
  const exact = inBaseUnit(written, { measurand, unit, multiplier, place, isUnitDefaulted: false });
  return meteredValue(measurand, exact, { phase, location });
}

function readSigned(place: Place, index: number): ClearSignedRecord {
  onlyFields(place, SIGNED_FIELDS);
  const format = requiredText(place, 'format', WORD_LENGTH_MAX);
  const encoding = optionalWord(place, 'encoding', SIGNED_ENCODINGS) ?? missing(place, 'encoding');
  const data = requiredRecord(place, 'data', SIGNED_DATA_LENGTH_MAX);
  const record = { format, encoding, data, pointer: `/readings/${index}/signed` };
  const publicKey = optionalText(place, 'publicKey', PUBLIC_KEY_LENGTH_MAX);
  return publicKey === undefined ? record : { ...record, publicKey };
}
