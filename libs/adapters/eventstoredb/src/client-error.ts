import {
  AppendTooLarge,
  OutcomeUnknown,
  RevisionConflict,
  StorageFault,
  StoreUnavailable,
  type ExpectedRevision,
} from '@ledger/ports';
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
}

/** Reads an error by its fields, never by its class: there may be two copies of the client. */
export function factsOf(error: unknown): Facts {
  const fields: { type?: unknown; code?: unknown; message?: unknown; actualVersion?: unknown } =
    typeof error === 'object' && error !== null ? error : {};
  return {
    type: typeof fields.type === 'string' ? fields.type : undefined,
    code: typeof fields.code === 'number' ? fields.code : undefined,
    text: typeof fields.message === 'string' ? fields.message : String(error),
    actual: fields.actualVersion,
  };
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

/** Failures after which the client itself connects anew, to the leader it was told of where there is one. */
const RECONNECTS = new Set(['unavailable', 'cancelled', 'not-leader']);

/** The server's answer of a kind that this client does not know; its text begins so. */
const UNRECOGNISED = 'Could not recognize';

/** Whether the client must be thrown away after this error of an append: it would fail for ever, or nobody knows. */
export function isPoisonous(error: unknown): boolean {
  const { type, text } = factsOf(error);
  if (type === undefined) return true;
  return !ANSWERS.has(type) && !RECONNECTS.has(type) && !text.startsWith(UNRECOGNISED);
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
  if (fault instanceof StorageFault) return true;
  const { type, code } = factsOf(fault.cause);
  if (type === 'access-denied' || type === 'invalid-argument' || type === 'unsupported') return true;
  return [INVALID_ARGUMENT, PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED].some((hopeless) => hopeless === code);
}

/** Whether the server denied the right. */
export function isDenied(error: unknown): boolean {
  const { type, code } = factsOf(error);
  return type === 'access-denied' || code === PERMISSION_DENIED || code === UNAUTHENTICATED;
}
