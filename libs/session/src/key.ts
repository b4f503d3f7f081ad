import { canon, uuidV5, type Instant } from '@ledger/units';

/** Whose session it is. `session` is what `sessionIdOf` gives. */
export interface SessionKey {
  readonly session: string;
  readonly tenant: string;
  readonly station: string;
  readonly transaction: string;
}

/** The session's id: a UUIDv5 of tenant, station and transaction, and of the start where a station uses an id again. */
export function sessionIdOf(transaction: {
  readonly tenant: string;
  readonly station: string;
  readonly transaction: string;
  readonly startedAt?: Instant;
}): string {
  const { tenant, station, transaction: id, startedAt } = transaction;
  return uuidV5(canon(['session', tenant, station, id, ...(startedAt === undefined ? [] : [startedAt])]));
}
