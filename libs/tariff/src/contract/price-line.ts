import { JsonNumber, readJson } from '@ledger/units';
import type { ChargedLines } from '../compute-charge';
import { isMembers } from '../member-reader';
import { answerText, errorText } from './answer';
import { BadLine } from './bad-line';
import { NotPlain, type LineBytes } from './json-cursor';
import { pricePlainLine } from './plain-line';
import { explainRequest, priceRequest } from './price-request';
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
  const lines = lineBytesOf(line);
  return (lines === undefined ? undefined : priceContractBytes(lines, 0)) ?? priceAnyLine(line);
}

/**
 * The same for the line that begins at `from` in bytes read from a stream; undefined when it is not of the plain form, so that
 * its text has to go to `priceAnyLine`. A line feed has to stand at its end.
 */
export function priceContractBytes(lines: LineBytes, from: number): string | undefined {
  try {
    const { id, priced } = pricePlainLine(lines, from);
    return answerText(id, priced);
  } catch (error) {
    if (error instanceof NotPlain || error instanceof BadLine) return undefined;
    throw error;
  }
}

/** A line as bytes; undefined when it has other characters than ASCII, whose places differ from those of their bytes. */
export function lineBytesOf(line: string): LineBytes | undefined {
  const text = `${line}\n`;
  const bytes = ENCODER.encode(text);
  return bytes.length === text.length && bytes.indexOf(LINE_FEED) === line.length ? { bytes, text } : undefined;
}

const ENCODER = new TextEncoder();
const LINE_FEED = 0x0a;

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

/** The lines of the price that `priceAnyLine` answers with; undefined where it answers with an error. */
export function explainPriceLine(line: string): ChargedLines | undefined {
  const reading = readJson(line, { bytes: PRICE_LINE_BYTES_MAX, tokens: PRICE_LINE_TOKENS_MAX });
  if (!reading.ok) return undefined;
  try {
    return explainRequest(readRequest(reading.value));
  } catch (error) {
    if (error instanceof BadLine) return undefined;
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
