import {
  AppendTooLarge,
  OutcomeUnknown,
  RevisionConflict,
  StorageFault,
  StoreRolledBack,
  StoreUnavailable,
  type ExpectedRevision,
} from '@ledger/ports';
import type { Host } from './connection-string';
import { TimeUp } from './deadline';

/** The server refused an append for a reason that trying again does not mend. Nothing was written. */
export class AppendRefused extends Error {
  readonly code = 'append-refused';
}

/** Status codes of gRPC that matter here. */
const INVALID_ARGUMENT = 3;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
const UNAUTHENTICATED = 16;

/** What an error of the client tells about itself. Errors of its first call and of discovery have no `type`. */
interface Facts {
  readonly type: string | undefined;
  readonly code: number | undefined;
  readonly text: string;
  readonly actual: unknown;
  /** Where the server says that the leader is. */
  readonly leader: Host | undefined;
}

/** Reads an error by its fields, never by its class: there may be two copies of the client. */
export function factsOf(error: unknown): Facts {
  const fields: Partial<Record<'type' | 'code' | 'message' | 'actualVersion' | 'leader', unknown>> =
    typeof error === 'object' && error !== null ? error : {};
  return {
    type: typeof fields.type === 'string' ? fields.type : undefined,
    code: typeof fields.code === 'number' ? fields.code : undefined,
    text: typeof fields.message === 'string' ? fields.message : String(error),
    actual: fields.actualVersion,
    leader: hostOf(fields.leader),
  };
}

function hostOf(leader: unknown): Host | undefined {
  const { address, port }: { address?: unknown; port?: unknown } =
    typeof leader === 'object' && leader !== null ? leader : {};
  return typeof address === 'string' && typeof port === 'number' ? { address, port } : undefined;
}

/** Answers that concern one append alone: the stream that carries all appends goes on after them. */
const ANSWERS = new Set([
  'wrong-expected-version',
  'maximum-append-size-exceeded',
  'stream-deleted',
  'access-denied',
  'timeout',
  'deadline-exceeded',
]);

/** The server's answer of a kind that this client does not know; its text begins so. */
const UNRECOGNISED = 'Could not recognize';

/** Whether an error of one append tells of the stream that carries all of them, or of a client that can not open one. */
export function concernsAllAppends(error: unknown): boolean {
  const { type, text } = factsOf(error);
  return type === undefined || (!ANSWERS.has(type) && !text.startsWith(UNRECOGNISED));
}

/** The port's error for a failed append. */
export function appendFault(stream: string, expected: ExpectedRevision, cause: unknown): Error {
  const facts = factsOf(cause);
  switch (facts.type) {
    case 'wrong-expected-version':
      return new RevisionConflict(stream, expected, typeof facts.actual === 'bigint' ? facts.actual : 'none');
    case 'maximum-append-size-exceeded':
      return new AppendTooLarge(`${stream}: the append is larger than the server takes`);
    case 'stream-deleted':
      return new StorageFault(`${stream}: the stream was deleted for ever on the server`, { cause });
    case 'access-denied':
      return new StoreUnavailable(`${stream}: the server denies this user to append`, { cause });
    case 'unknown':
      if (facts.text.startsWith(UNRECOGNISED)) return new AppendRefused(`${stream}: ${facts.text}`, { cause });
      return new OutcomeUnknown(stream, { cause });
    case undefined:
      if (cause instanceof TimeUp) return new OutcomeUnknown(stream, { cause });
      return new StoreUnavailable(`${stream}: nothing was sent: ${facts.text}`, { cause });
    default:
      return new OutcomeUnknown(stream, { cause });
  }
}

/** The port's error for a failed read. */
export function readFault(what: string, cause: unknown): Error {
  if (cause instanceof StorageFault || cause instanceof StoreUnavailable) return cause;
  const facts = factsOf(cause);
  if (facts.type === 'stream-deleted') {
    return new StorageFault(`${what}: the stream was deleted for ever on the server`, { cause });
  }
  return new StoreUnavailable(`${what}: ${facts.text === '' ? (facts.type ?? 'failed') : facts.text}`, { cause });
}

/** Whether following can never succeed, however often it is tried: no right, no such call, or damaged events. */
export function isHopeless(fault: Error): boolean {
  if (fault instanceof StorageFault || fault instanceof StoreRolledBack) return true;
  const { type, code } = factsOf(fault.cause);
  if (type === 'access-denied' || type === 'invalid-argument' || type === 'unsupported') return true;
  return [INVALID_ARGUMENT, PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED].some((hopeless) => hopeless === code);
}

/** Whether the server denied the right. */
export function isDenied(error: unknown): boolean {
  const { type, code } = factsOf(error);
  return type === 'access-denied' || code === PERMISSION_DENIED || code === UNAUTHENTICATED;
}
