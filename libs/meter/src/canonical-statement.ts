import { canon } from '@ledger/units';
import type { CanonicalText } from '@ledger/units';
import type { MeteredValue, Reading, SealedToken, Statement } from './statement';

/** What of a statement its digest is computed from: not the readings and the token, which are given beside it. */
export type Said = Omit<Statement, 'identity' | 'digest' | 'readings' | 'token'>;

/** How the engine writes a lone surrogate; also found in text that holds a backslash and these letters. */
const ESCAPED_SURROGATE = '\\ud';

/**
 * The canonical text of a statement: what `canon` writes for it. Statements are built with their keys in canonical order,
 * so the engine mostly writes them as they are; any other one is put in order by `canon`.
 * @throws NotCanonical
 */
export function writeStatement(statement: Statement): CanonicalText {
  if (isOrdered(statement) && statement.readings.every(isOrderedReading) && areSealsOrdered(statement)) {
    const text = JSON.stringify(statement);
    if (!text.includes(ESCAPED_SURROGATE)) return text as CanonicalText;
  }
  return canon(statement);
}

/**
 * The text whose SHA-256 is the digest: a JSON array with a fixed place for everything that a statement says, null where it
 * says nothing. Not in it: `receivedAt`, the names that a retry or another way through the network changes (`messageId`,
 * `gateway`, `call`, `aliases`), the time of an answer, and the bytes of seals, which are new each time. Who charged
 * is its subject, a signed record its keyed digest. A field added later goes to the end, and only where it is present.
 */
export function contentText(said: Said, readings: readonly Reading[], token: Statement['token']): string {
  return JSON.stringify([
    said.v,
    said.tenant,
    said.station,
    orNull(said.evse),
    orNull(said.connector),
    orNull(said.transaction),
    said.kind,
    said.answer === undefined ? said.at : null,
    orNull(said.seqNo),
    orNull(said.offline),
    orNull(said.trigger),
    orNull(said.chargingState),
    orNull(said.connectorStatus),
    orNull(said.stopReason),
    orNull(said.register),
    orNull(said.placeholder),
    token === undefined ? null : tokenContent(token),
    said.answer === undefined ? null : [said.answer.call, said.answer.transaction, orNull(said.answer.tokenStatus)],
    said.cost === undefined ? null : canon(said.cost),
    readings.map(readingContent),
  ]);
}

function orNull<Value>(value: Value | undefined): Value | null {
  return value === undefined ? null : value;
}

function tokenContent({ subject, type, group }: SealedToken): readonly string[] {
  return group === undefined ? [subject, type] : [subject, type, group];
}

function readingContent({ at, context, values, signed }: Reading): readonly unknown[] {
  const content = values.map(valueContent);
  if (signed === undefined) return [at, context, content];
  return [at, context, content, [signed.format, signed.encoding, orNull(signed.publicKey), signed.keyedDigest]];
}

function valueContent({ measurand, value, unit, phase, location }: MeteredValue): readonly unknown[] {
  if (location !== undefined) return [measurand, value, unit, orNull(phase), location];
  return phase === undefined ? [measurand, value, unit] : [measurand, value, unit, phase];
}

function isOrderedReading(reading: Reading): boolean {
  const { values } = reading;
  if (!isOrdered(reading)) return false;
  for (const value of values) {
    if (!isOrdered(value)) return false;
  }
  return true;
}

function areSealsOrdered({ token, readings, cost, answer }: Statement): boolean {
  if (cost !== undefined || answer !== undefined) return false;
  if (token !== undefined && !(isOrdered(token) && isOrdered(token.sealed))) return false;
  return readings.every(({ signed }) => signed === undefined || (isOrdered(signed) && isOrdered(signed.sealed)));
}

function isOrdered(object: object): boolean {
  let before = '';
  for (const key in object) {
    if (key < before) return false;
    before = key;
  }
  return true;
}
