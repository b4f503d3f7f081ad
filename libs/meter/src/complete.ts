import { sha256Hex } from '@ledger/units';
import type { Digest } from '@ledger/units';
import { contentText } from './canonical-statement';
import type { DraftReading, StatementDraft } from './draft';
import { identityOf } from './identity';
import type { Mutable } from './mutable';
import type { Reading, SealedField, SealedToken, SignedRecord, Statement } from './statement';

/** The personal values of a draft, sealed: the token, and the signed records in the order of `signedRecordsOf`. */
export interface SealedParts {
  readonly token?: SealedToken;
  readonly signed?: readonly SignedRecord[];
}

/** A personal value of a draft did not come back sealed, or a seal came for nothing. A defect of the caller. */
export class SealMismatch extends Error {
  readonly code = 'seal-mismatch';
}

/**
 * Makes the statement of a draft: the sealed values in place of the clear ones, its identity and its digest.
 * @throws SealMismatch when a clear value has no seal: nothing personal ever gets into a statement by mistake
 */
export function completeStatement(draft: StatementDraft, sealed: SealedParts = {}): Statement {
  if ((draft.clearToken === undefined) !== (sealed.token === undefined)) {
    throw new SealMismatch('a token has to be sealed, and nothing but the token of the draft');
  }
  const readings = sealReadings(draft.readings, sealed.signed ?? []);
  const digest = sha256Hex(contentText(draft, readings, sealed.token));
  const identity = identityOf(draft, { digest, subject: sealed.token?.subject });
  return assembled(draft, { readings, token: sealed.token, identity, digest });
}

/** The digest that a statement ought to carry: tells whether it says what it said when it was completed. */
export function digestOf(statement: Statement): Digest {
  return sha256Hex(contentText(statement, statement.readings, statement.token));
}

interface Parts {
  readonly readings: readonly Reading[];
  readonly token: SealedToken | undefined;
  readonly identity: string;
  readonly digest: Digest;
}

/** A statement in the making: its keys are set in canonical order, so that it is written without sorting. */
type Unfinished = Partial<Mutable<Statement>>;

function assembled(draft: StatementDraft, parts: Parts): Statement {
  const statement: Unfinished = {};
  addFirst(statement, draft);
  if (draft.cost !== undefined) statement.cost = draft.cost;
  statement.digest = parts.digest;
  if (draft.evse !== undefined) statement.evse = draft.evse;
  statement.gateway = draft.gateway;
  statement.identity = parts.identity;
  statement.kind = draft.kind;
  statement.messageId = draft.messageId;
  if (draft.offline !== undefined) statement.offline = draft.offline;
  if (draft.placeholder !== undefined) statement.placeholder = draft.placeholder;
  statement.readings = parts.readings;
  statement.receivedAt = draft.receivedAt;
  addLast(statement, draft, parts.token);
  return statement as Statement;
}

function addFirst(statement: Unfinished, draft: StatementDraft): void {
  if (draft.aliases !== undefined) statement.aliases = draft.aliases;
  if (draft.answer !== undefined) statement.answer = draft.answer;
  statement.at = draft.at;
  if (draft.call !== undefined) statement.call = draft.call;
  if (draft.chargingState !== undefined) statement.chargingState = draft.chargingState;
  if (draft.connector !== undefined) statement.connector = draft.connector;
  if (draft.connectorStatus !== undefined) statement.connectorStatus = draft.connectorStatus;
}

function addLast(statement: Unfinished, draft: StatementDraft, token: SealedToken | undefined): void {
  if (draft.register !== undefined) statement.register = draft.register;
  if (draft.seqNo !== undefined) statement.seqNo = draft.seqNo;
  statement.station = draft.station;
  if (draft.stopReason !== undefined) statement.stopReason = draft.stopReason;
  statement.tenant = draft.tenant;
  if (token !== undefined) statement.token = orderedToken(token);
  if (draft.transaction !== undefined) statement.transaction = draft.transaction;
  if (draft.trigger !== undefined) statement.trigger = draft.trigger;
  statement.v = draft.v;
}

function sealReadings(readings: readonly DraftReading[], records: readonly SignedRecord[]): readonly Reading[] {
  let used = 0;
  const sealed: Reading[] = [];
  for (const { at, context, values, signed } of readings) {
    if (signed === undefined) {
      sealed.push({ at, context, values });
      continue;
    }
    const record = records[used];
    if (record === undefined) throw new SealMismatch('a signed record has to be sealed');
    used += 1;
    sealed.push({ at, context, signed: orderedRecord(record), values });
  }
  if (used !== records.length) throw new SealMismatch('more sealed records came than the draft has');
  return sealed;
}

function orderedToken({ group, sealed, subject, type }: SealedToken): SealedToken {
  if (group === undefined) return { sealed: orderedSeal(sealed), subject, type };
  return { group, sealed: orderedSeal(sealed), subject, type };
}

function orderedRecord({ encoding, format, keyedDigest, publicKey, sealed }: SignedRecord): SignedRecord {
  if (publicKey === undefined) return { encoding, format, keyedDigest, sealed: orderedSeal(sealed) };
  return { encoding, format, keyedDigest, publicKey, sealed: orderedSeal(sealed) };
}

function orderedSeal({ alg, ct, iv, kc, kid }: SealedField): SealedField {
  return { alg, ct, iv, kc, kid };
}
