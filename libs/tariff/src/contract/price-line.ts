import { JsonNumber, readJson } from '@ledger/units';
import { isMembers } from '../member-reader';
import { answerText, errorText } from './answer';
import { BadLine } from './bad-line';
import { NotPlain } from './json-cursor';
import { pricePlainLine } from './plain-line';
import { priceRequest } from './price-request';
import { readRequest } from './request';

/** Longest line, in bytes. */
export const PRICE_LINE_BYTES_MAX = 64 * 1024 * 1024;
/** Most values and member names of one line. */
export const PRICE_LINE_TOKENS_MAX = 4_000_000;

/**
 * One line of the pricing contract in, one line out (`pricing-contract.md`): the amounts of a session, or the reason why it
 * cannot be priced. Never throws for what the line says. The same line gives the same answer.
 */
export function priceContractLine(line: string): string {
  try {
    const { id, priced } = pricePlainLine(line);
    return answerText(id, priced);
  } catch (error) {
    if (error instanceof NotPlain || error instanceof BadLine) return priceAnyLine(line);
    throw error;
  }
}

/** The same for any line, by the strict JSON reader: the one that has the word. */
export function priceAnyLine(line: string): string {
  const reading = readJson(line, { bytes: PRICE_LINE_BYTES_MAX, tokens: PRICE_LINE_TOKENS_MAX });
  if (!reading.ok) return errorText(idFound(line), `${reading.pointer}: ${reading.reason}`);
  const id = idText(reading.value);
  try {
    return answerText(id, priceRequest(readRequest(reading.value)));
  } catch (error) {
    if (error instanceof BadLine) return errorText(id, error.message);
    throw error;
  }
}

/** The id as JSON text. */
function idText(value: unknown): string {
  const id = isMembers(value) ? value['id'] : undefined;
  if (typeof id === 'string') return JSON.stringify(id);
  return id instanceof JsonNumber ? id.text : 'null';
}

const ID = /"id"\s*:\s*("(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"|-?\d+)/;

/** The id in a line that is no JSON, where one can be made out. */
function idFound(line: string): string {
  return ID.exec(line)?.[1] ?? 'null';
}
