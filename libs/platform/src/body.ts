import type { PageQuery, ReadColumn } from '@ledger/ports';
import { JsonNumber, isJsonArray, isJsonObject, parseInstant, readJson } from '@ledger/units';
import type { Instant, JsonValue } from '@ledger/units';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { ValidationError } from 'class-validator';

import { Problem } from './problems';
import type { ProblemFinding } from './problems';

/** Reads a JSON body strictly. @throws Problem bad-json with the place, too-large over a limit */
export function jsonBody(body: unknown, bytesMax: number): JsonValue {
  if (typeof body !== 'string' || body === '') throw new Problem('bad-json', 'the body is empty; JSON is expected');
  const reading = readJson(body, { bytes: bytesMax, tokens: bytesMax });
  if (reading.ok) return reading.value;
  const code = reading.code === 'json-too-large' ? 'too-large' : 'bad-json';
  throw new Problem(code, `${reading.reason}, at character ${reading.offset}`, [
    { code: reading.code, pointer: reading.pointer, because: reading.reason },
  ]);
}

/** One text of a query: absent, or one value. @throws Problem bad-query when it is given twice or empty */
export function queryText(query: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw new Problem('bad-query', `${name} must be given once and not be empty`);
}

/** Pages have this many rows unless the caller asks for another number, and at most so many. */
export const PAGE_LIMIT_DEFAULT = 100;
export const PAGE_LIMIT_MAX = 1_000;

/** Reads the usual parameters of a list: filters, `from` and `to`, `cursor`, `limit`. Newest first. @throws Problem bad-query */
export function pageQuery(
  query: Readonly<Record<string, unknown>>,
  filters: readonly ReadColumn[],
): Omit<PageQuery, 'table' | 'tenant'> {
  const where: Partial<Record<ReadColumn, string>> = {};
  for (const name of filters) {
    const text = queryText(query, name);
    if (text !== undefined) where[name] = text;
  }
  const from = instantIn(query, 'from');
  const to = instantIn(query, 'to');
  const cursor = queryText(query, 'cursor');
  return {
    where,
    order: 'newest-first',
    limit: limitIn(query),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

function instantIn(query: Readonly<Record<string, unknown>>, name: string): Instant | undefined {
  const text = queryText(query, name);
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  if (instant === undefined)
    throw new Problem('bad-query', `${name} must be a date and time such as 2026-06-01T08:15:00Z`);
  return instant;
}

function limitIn(query: Readonly<Record<string, unknown>>): number {
  const text = queryText(query, 'limit');
  if (text === undefined) return PAGE_LIMIT_DEFAULT;
  const limit = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > PAGE_LIMIT_MAX)
    throw new Problem('bad-query', `limit must be a number from 1 to ${PAGE_LIMIT_MAX}`);
  return limit;
}

/** Reads a small JSON command into its class and checks it. @throws Problem bad-json, object-refused with every finding */
export function dtoBody<Dto extends object>(type: new () => Dto, body: unknown, bytesMax: number): Dto {
  const value = plainOf(jsonBody(body, bytesMax));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Problem('bad-request', 'a JSON object is expected');
  const dto = plainToInstance(type, value);
  const errors = validateSync(dto, {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
  });
  if (errors.length > 0) throw new Problem('object-refused', 'the command is refused', findingsOf(errors, ''));
  return dto;
}

function findingsOf(errors: readonly ValidationError[], parent: string): readonly ProblemFinding[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const pointer = `${parent}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const own = Object.values(constraints ?? {}).map((because) => ({ code: 'field-invalid', pointer, because }));
    return [...own, ...findingsOf(children ?? [], pointer)];
  });
}

/** JSON as class-validator expects it: safe whole numbers as numbers, all others as their text. */
function plainOf(value: JsonValue): unknown {
  if (value instanceof JsonNumber) return /^-?\d{1,15}$/.test(value.text) ? Number(value.text) : value.text;
  if (isJsonArray(value)) return value.map(plainOf);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plainOf(member ?? null)]));
}
