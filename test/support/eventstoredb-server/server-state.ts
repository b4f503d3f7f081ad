import { status, type Metadata, type StatusObject } from '@grpc/grpc-js';
import { callerOf, isAllowed, type User } from './access';
import type { EventLog } from './event-log';
import { exception, type Faults, type FaultyCall } from './faults';
import type { Right } from './stream-metadata';

/** What the services of one server share. */
export interface ServerState {
  readonly log: EventLog;
  readonly faults: Faults;
  /** Undefined: the server is insecure and everybody may do everything. */
  readonly users: readonly User[] | undefined;
  /** Names of the calls that are open now. */
  readonly open: Set<OpenCall>;
  /** What each subscription calls to send a checkpoint of everything considered so far, at once. */
  readonly checkpointers: Set<(prepareBehind: bigint) => void>;
  /** Calls that came in so far, by name. */
  readonly counts: Map<string, number>;
}

/** A call in progress and how to break it off. */
export interface OpenCall {
  readonly name: 'read' | 'subscribe' | 'batch-append';
  readonly fail: (error: Partial<StatusObject>) => void;
}

/** Counts a call that comes in. */
export function enter(state: ServerState, name: FaultyCall | 'batched' | 'followed'): void {
  state.counts.set(name, (state.counts.get(name) ?? 0) + 1);
}

/** The error for a caller who lacks the right, if so. */
export function denied(
  state: ServerState,
  metadata: Metadata,
  stream: string,
  right: Right,
): Partial<StatusObject> | undefined {
  if (state.users === undefined) return undefined;
  const caller = callerOf(metadata, state.users);
  if (caller === 'unknown') return { code: status.UNAUTHENTICATED, details: 'UnauthenticatedException' };
  if (isAllowed(state.log, caller, stream, right)) return undefined;
  return exception(status.PERMISSION_DENIED, 'access-denied', {});
}
