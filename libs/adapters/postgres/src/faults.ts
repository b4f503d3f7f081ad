import { ReadModelUnavailable } from '@ledger/ports';
import { DatabaseError } from 'pg';

/**
 * Says what a failed statement means. Whatever a later attempt may cure is `ReadModelUnavailable`: a broken or refused
 * connection, a time limit, a full disk, a deadlock. The rest is a defect of ours and stays an ordinary error.
 */
export function toFault(error: unknown): Error {
  if (!(error instanceof DatabaseError)) {
    return new ReadModelUnavailable(`PostgreSQL can not be reached: ${reasonOf(error)}`, { cause: error });
  }
  const code = error.code ?? '';
  const text = `PostgreSQL refused: ${error.message} (${code})`;
  return isPassing(code) ? new ReadModelUnavailable(text, { cause: error }) : new Error(text, { cause: error });
}

/** Tells whether the fault is that a lock was not granted in time. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof DatabaseError && error.cause.code === LOCK_NOT_AVAILABLE;
}

/** Tells whether the fault is that a table or schema is not there. */
export function isMissing(error: unknown): boolean {
  const code = error instanceof Error && error.cause instanceof DatabaseError ? error.cause.code : undefined;
  return code === UNDEFINED_TABLE || code === INVALID_SCHEMA;
}

const LOCK_NOT_AVAILABLE = '55P03';
const UNDEFINED_TABLE = '42P01';
const INVALID_SCHEMA = '3F000';

/** Classes of SQLSTATE (PostgreSQL, appendix A): connection, login, rollback, resources, operator intervention, system. */
const PASSING_CLASSES = ['08', '28', '40', '53', '57', '58'];
/** No such database, a read-only standby, an idle transaction that was ended, a lock not granted in time. */
const PASSING_CODES = ['3D000', '25006', '25P03', LOCK_NOT_AVAILABLE];

function isPassing(code: string): boolean {
  return PASSING_CLASSES.includes(code.slice(0, 2)) || PASSING_CODES.includes(code);
}

/** Node reports a name with several addresses as an AggregateError, whose own message is empty. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
