import { isJsonObject, JsonNumber, readJson } from '@ledger/units';
import type { Instant } from '@ledger/units';
import type { ClearSignedRecord, DraftReading } from '../draft';
import { optionalItems, optionalObject, optionalText, optionalWhole, optionalWord, requiredRecord } from '../fields';
import type { Place } from '../fields';
import {
  MULTIPLIER_MAX,
  PUBLIC_KEY_LENGTH_MAX,
  READINGS_MAX,
  SIGNED_DATA_LENGTH_MAX,
  VALUES_MAX,
  WORD_LENGTH_MAX,
} from '../limits';
import { atMissing, optionalDeviceAt } from '../moment';
import type { Moments } from '../moment';
import { inBaseUnit, meteredValue, requiredDecimal } from '../quantity';
import type { MeteredValue, ReadingContext } from '../statement';
import { LOCATIONS, PHASES, READING_CONTEXTS } from '../vocabulary';

/** How the versions of OCPP write a sampled value. */
export type SampleStyle = '1.6' | '2.x';

/** A signed record before it has its place in the statement. */
type SignedData = Omit<ClearSignedRecord, 'pointer'>;

/** What one sampled value holds: a value, a signed record, or both. */
interface Sample {
  readonly context: ReadingContext;
  readonly value?: MeteredValue;
  readonly signed?: SignedData;
}

/**
 * Reads a list of OCPP meter values: one reading for each moment and context, in the order sent. A second signed record of the
 * same moment gets a reading of its own. @throws Refused
 */
export function readMeterValues(
  place: Place,
  name: string,
  how: { readonly style: SampleStyle; readonly moments: Moments },
): readonly DraftReading[] {
  const readings: DraftReading[] = [];
  optionalItems(place, name, READINGS_MAX, (meterValue) => {
    const at = optionalDeviceAt(meterValue, 'timestamp', how.moments) ?? atMissing(meterValue, 'timestamp');
    const read = how.style === '1.6' ? readSample16 : readSample2;
    for (const group of grouped(at, optionalItems(meterValue, 'sampledValue', VALUES_MAX, read))) {
      addReadings(group, readings);
    }
  });
  return readings;
}

/** The latest moment of the readings: when a message that has no time of its own was complete. */
export function latestOf(readings: readonly DraftReading[]): Instant | undefined {
  let latest: Instant | undefined;
  for (const { at } of readings) {
    if (latest === undefined || at > latest) latest = at;
  }
  return latest;
}

interface Group {
  readonly at: Instant;
  readonly context: ReadingContext;
  readonly values: MeteredValue[];
  readonly signed: SignedData[];
}

function grouped(at: Instant, samples: readonly Sample[]): readonly Group[] {
  const groups: Group[] = [];
  for (const { context, value, signed } of samples) {
    let group = groups.find((known) => known.context === context);
    if (group === undefined) groups.push((group = { at, context, values: [], signed: [] }));
    if (value !== undefined) group.values.push(value);
    if (signed !== undefined) group.signed.push(signed);
  }
  return groups;
}

function addReadings({ at, context, values, signed }: Group, readings: DraftReading[]): void {
  const [first, ...others] = signed;
  if (first === undefined) {
    readings.push({ at, context, values });
    return;
  }
  readings.push({ at, context, values, signed: { ...first, pointer: pointerOf(readings.length) } });
  for (const record of others) {
    readings.push({ at, context, values: [], signed: { ...record, pointer: pointerOf(readings.length) } });
  }
}

function pointerOf(index: number): string {
  return `/readings/${index}/signed`;
}

const REGISTER = 'Energy.Active.Import.Register';

/** OCPP 1.6, 7.42 SampledValue: everything but the value has a default. */
function readSample16(place: Place): Sample {
  const context = contextOf(place);
  if (optionalText(place, 'format', WORD_LENGTH_MAX) === 'SignedData') return { context, signed: signedValue16(place) };
  const unit = presentText(place, 'unit');
  return { context, value: readValue(place, { unit, multiplier: 0 }) };
}

/** OCPP 2.0.1 and 2.1, SampledValueType. */
function readSample2(place: Place): Sample {
  const context = contextOf(place);
  const measure = optionalObject(place, 'unitOfMeasure');
  const unit = measure === undefined ? undefined : presentText(measure, 'unit');
  const multiplier = measure === undefined ? 0 : (optionalWhole(measure, 'multiplier', MULTIPLIERS) ?? 0);
  const value = readValue(place, { unit, multiplier });
  const signed = optionalObject(place, 'signedMeterValue');
  return signed === undefined ? { context, value } : { context, value, signed: signedMembers(signed) };
}

const MULTIPLIERS = { min: -MULTIPLIER_MAX, max: MULTIPLIER_MAX };

function contextOf(place: Place): ReadingContext {
  return optionalWord(place, 'context', READING_CONTEXTS) ?? 'Sample.Periodic';
}

/** Text that some stations send empty where they mean to leave it out. */
function presentText(place: Place, name: string): string | undefined {
  return place.object[name] === '' ? undefined : optionalText(place, name, WORD_LENGTH_MAX);
}

function readValue(place: Place, as: { readonly unit: string | undefined; readonly multiplier: number }): MeteredValue {
  const measurand = presentText(place, 'measurand') ?? REGISTER;
  const phase = optionalWord(place, 'phase', PHASES);
  const location = optionalWord(place, 'location', LOCATIONS);
  const written = requiredDecimal(place, 'value', 'lenient');
  const exact = inBaseUnit(written, { measurand, ...as, place, isUnitDefaulted: true });
  return meteredValue(measurand, exact, { phase, location });
}

/** The value of a 1.6 sample with format SignedData: the JSON text of a 2.x signed value, or the record alone. */
function signedValue16(place: Place): SignedData {
  const data = requiredRecord(place, 'value', 2 * SIGNED_DATA_LENGTH_MAX);
  const reading = data.startsWith('{') ? readJson(data) : undefined;
  if (reading?.ok === true && isJsonObject(reading.value) && reading.value['signedMeterData'] !== undefined) {
    return signedMembers({ object: reading.value, within: place, name: 'value', index: undefined });
  }
  return { format: formatOf(data), encoding: encodingOf(data), data };
}

/** OCPP 2.0.1 and 2.1, SignedMeterValueType; the record stays as it is, also where its encoding is not the promised one. */
function signedMembers(place: Place): SignedData {
  const data = requiredRecord(place, 'signedMeterData', SIGNED_DATA_LENGTH_MAX);
  const format = presentText(place, 'encodingMethod') ?? formatOf(data);
  const publicKey =
    place.object['publicKey'] === '' ? undefined : optionalText(place, 'publicKey', PUBLIC_KEY_LENGTH_MAX);
  const record = { format, encoding: encodingOf(data), data };
  return publicKey === undefined ? record : { ...record, publicKey };
}

function formatOf(data: string): string {
  return data.startsWith('OCMF|') ? 'OCMF' : 'unknown';
}

const HEX = /^(?:[0-9a-fA-F]{2})+$/;
const BASE64 = /^[A-Za-z0-9+/\r\n]+={0,2}[\r\n]*$/;

function encodingOf(data: string): string {
  if (HEX.test(data)) return 'hex';
  return BASE64.test(data) ? 'base64' : 'plain';
}

/** An id that OCPP writes as a whole number, as text. @throws Refused */
export function optionalNumberedId(place: Place, name: string): string | undefined {
  if (!(place.object[name] instanceof JsonNumber)) return optionalText(place, name, WORD_LENGTH_MAX);
  const number = optionalWhole(place, name, { min: -ID_NUMBER_MAX, max: ID_NUMBER_MAX });
  return number === undefined ? undefined : `${number}`;
}

/** Largest number that serves as an id: what any JSON reader carries exactly. */
const ID_NUMBER_MAX = 2 ** 53 - 1;
