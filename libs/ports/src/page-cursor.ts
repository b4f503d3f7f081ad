import { canon, sha256Hex } from '@ledger/units';
import { BadCursor, type PageQuery, type ReadRow } from './read-model';

/** Where a page ended: the last row's place in every order. `sort` is the text of the column that the question orders by. */
export interface PagePlace {
  readonly sort: string;
  readonly id: string;
  readonly tenant: string;
}

/** Most characters of a cursor; a longer one was never given out. */
const CURSOR_LENGTH_MAX = 8_192;

/** The cursor of the page that follows this row. It names the question, so that it fits no other one. */
export function cursorAfter(query: PageQuery, row: ReadRow): string {
  const place = [questionDigest(query), sortOf(query, row), row.id, row.tenant];
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** What the question orders a row by. */
export function sortOf({ by }: Pick<PageQuery, 'by'>, { sort, columns }: Pick<ReadRow, 'sort' | 'columns'>): string {
  return by === undefined ? sort : (columns[by] ?? '');
}

/** The place that the question's cursor names, undefined for a first page. @throws BadCursor */
export function placeOf(query: PageQuery): PagePlace | undefined {
  if (query.cursor === undefined) return undefined;
  if (query.cursor.length > CURSOR_LENGTH_MAX) throw new BadCursor('the cursor is too long');
  const [digest, sort, id, tenant, ...more] = partsOf(query.cursor);
  if (sort === undefined || id === undefined || tenant === undefined || more.length > 0) {
    throw new BadCursor('the cursor is not one of ours');
  }
  if (digest !== questionDigest(query)) throw new BadCursor('the cursor belongs to another question');
  return { sort, id, tenant };
}

/** Hex digits of the question's digest in a cursor: enough to tell a slip, no more is needed. */
const DIGEST_DIGITS = 16;

function questionDigest(query: PageQuery): string {
  const { table, tenant, by, where, atMost, from, to, order } = query;
  return sha256Hex(canon({ table, tenant, by, where, atMost, from, to, order })).slice(0, DIGEST_DIGITS);
}

function partsOf(cursor: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts;
  } catch (error) {
    throw new BadCursor('the cursor is not one of ours', { cause: error });
  }
  throw new BadCursor('the cursor is not one of ours');
}
