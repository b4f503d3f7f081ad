import type { EventStoreDBClient } from '@eventstore/db-client';
import { RevisionConflict, StoreUnavailable, type Clock, type Random } from '@ledger/ports';
import { factsOf, isDenied, readFault } from './client-error';
import { within } from './deadline';
import type { Append } from './writer-session';

/** What the service's user may do to streams beyond appending and reading. Nothing of it should be allowed. */
export interface AccessReport {
  readonly prefix: string;
  /** May hide a stream's events (soft delete). */
  readonly mayDelete: boolean;
  /** May end a stream for ever. */
  readonly mayTombstone: boolean;
  /** May set a stream's metadata: retention, truncation, rights. */
  readonly mayMark: boolean;
}

/** What the check needs. */
export interface AccessTools {
  readonly client: EventStoreDBClient;
  readonly append: (append: Append) => Promise<bigint>;
  readonly clock: Clock;
  readonly random: Random;
  readonly timeoutMs: number;
}

/** A revision that no stream reaches: the server checks the right first, and then refuses without doing anything. */
const IMPOSSIBLE_REVISION = 2n ** 62n;

/**
 * Tries what must not be allowed on a stream of the prefix that does not exist, each time with a revision that cannot be:
 * the server answers either "access denied" or "wrong revision", and changes nothing. @throws StoreUnavailable
 */
export async function accessOf(tools: AccessTools, prefix: string): Promise<AccessReport> {
  const probe = `${prefix}access-probe-${tools.random.uuid()}`;
  const options = { expectedRevision: IMPOSSIBLE_REVISION };
  return {
    prefix,
    mayDelete: await mayDo(tools, tools.client.deleteStream(probe, options)),
    mayTombstone: await mayDo(tools, tools.client.tombstoneStream(probe, options)),
    mayMark: await mayDo(tools, tools.append({ stream: `$$${probe}`, expected: IMPOSSIBLE_REVISION, events: [] })),
  };
}

async function mayDo({ clock, timeoutMs }: AccessTools, attempt: Promise<unknown>): Promise<boolean> {
  const error = await within(clock, timeoutMs, attempt).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error === undefined || isConflict(error)) return true;
  if (isDenied(error) || (error instanceof StoreUnavailable && isDenied(error.cause))) return false;
  throw readFault('access check', error);
}

function isConflict(error: unknown): boolean {
  return factsOf(error).type === 'wrong-expected-version' || error instanceof RevisionConflict;
}
