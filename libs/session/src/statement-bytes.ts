import type { Reading, SealedField, Statement } from '@ledger/meter';

/** What a statement takes in memory without readings and texts, with its place in a session. As all here, fitted to the heap that the spec measures. */
const STATEMENT_BYTES = 560;
const READING_BYTES = 110;
const VALUE_BYTES = 90;
const TOKEN_BYTES = 260;
const SIGNED_BYTES = 520;

/** Roughly how many bytes of memory a kept statement takes: for bounding caches, never for decisions. */
export function statementBytes(statement: Statement): number {
  const { identity, messageId, transaction = '', token, readings } = statement;
  let bytes = STATEMENT_BYTES + identity.length + messageId.length + transaction.length;
  if (token !== undefined) bytes += TOKEN_BYTES + sealedLength(token.sealed);
  for (const reading of readings) bytes += readingBytes(reading);
  return bytes;
}

function readingBytes({ values, signed }: Reading): number {
  const bytes = READING_BYTES + values.length * VALUE_BYTES;
  return signed === undefined ? bytes : bytes + SIGNED_BYTES + sealedLength(signed.sealed);
}

function sealedLength({ ct }: SealedField): number {
  return ct.length;
}
