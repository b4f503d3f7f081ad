import { sha256Hex } from '@ledger/units';
import { readModel0001 } from './0001-read-model';
import { orderedColumns0002 } from './0002-ordered-columns';
import { marks0003 } from './0003-marks';
import { keys0001 } from './keys-0001';

/** A step of the schema. Its SQL names tables without a schema, so that its checksum is the same in every schema. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/** All steps, in order. New ones are added at the end; what was released is never edited. */
export const MIGRATIONS: readonly Migration[] = [
  { number: 1, name: 'read-model', sql: readModel0001 },
  { number: 2, name: 'ordered-columns', sql: orderedColumns0002 },
  { number: 3, name: 'marks', sql: marks0003 },
];

/** The steps of the schema of the keys. */
export const KEY_MIGRATIONS: readonly Migration[] = [{ number: 1, name: 'keys', sql: keys0001 }];

/** What proves that a step is the one that was applied. */
export function checksumOf({ sql }: Migration): string {
  return sha256Hex(sql);
}
