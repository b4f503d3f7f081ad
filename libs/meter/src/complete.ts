import { sha256Hex } from '@ledger/units';
import { writeContent } from './canonical-statement';
import type { DraftReading, StatementDraft } from './draft';
import { identityOf } from './identity';
import type { Unidentified } from './identity';
import type { Reading, SealedToken, SignedRecord, Statement } from './statement';

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
  const { clearToken, identifiedBy, readings, ...said } = draft;
  if ((clearToken === undefined) !== (sealed.token === undefined)) {
    throw new SealMismatch('a token has to be sealed, and nothing but the token of the draft');
  }
  const sealedReadings = sealReadings(readings, sealed.signed ?? []);
  const unidentified: Unidentified =
    sealed.token === undefined
      ? { ...said, readings: sealedReadings }
      : { ...said, readings: sealedReadings, token: sealed.token };
  const digest = sha256Hex(writeContent(unidentified));
  return { ...unidentified, identity: identityOf(unidentified, identifiedBy, digest), digest };
}

/** The digest that a statement ought to carry: tells whether it says what it said when it was completed. */
export function digestOf(statement: Unidentified): string {
  return sha256Hex(writeContent(statement));
}

function sealReadings(readings: readonly DraftReading[], records: readonly SignedRecord[]): readonly Reading[] {
  let used = 0;
  const sealed = readings.map(({ signed, ...reading }): Reading => {
    if (signed === undefined) return reading;
    const record = records[used];
    if (record === undefined) throw new SealMismatch('a signed record has to be sealed');
    used += 1;
    return { ...reading, signed: record };
  });
  if (used !== records.length) throw new SealMismatch('more sealed records came than the draft has');
  return sealed;
}
