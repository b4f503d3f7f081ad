import type { Instant } from '@ledger/units';

/** The time, and waiting. The simulator has its own. */
export interface Clock {
  now(): Instant;
  /** Resolves after the time has passed, or at once when the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Chance: ids, initialisation vectors, keys, jitter. */
export interface Random {
  uuid(): string;
  bytes(length: number): Uint8Array;
}

/** The key and id of a person's token. `key` is 32 random bytes. */
export interface Subject {
  readonly subject: string;
  readonly key: Uint8Array;
}

/** The subject's key is gone: the person asked for erasure. */
export interface Erased {
  readonly erased: true;
  readonly at: Instant;
}

/**
 * A token as people present it. Upper and lower case are the same and blanks around it do not count (OCPP 1.6, IdToken:
 * CiString20Type; OCPP 2.0.1, IdTokenType: case insensitive).
 */
export interface PresentedToken {
  readonly type: string;
  readonly id: string;
}

/** Keeps the keys that make personal values readable, outside the event store (`audit.md`, section 7). */
export interface KeyStore {
  /** The subject of a token, made on first sight. The lookup is keyed with the tenant's pepper; no clear token is kept. */
  subjectOf(tenant: string, token: PresentedToken): Promise<Subject>;
  /** The subject of a purpose of the ledger itself, such as sealing what could not be understood. */
  serviceSubject(tenant: string, purpose: string): Promise<Subject>;
  /** The key of a subject, or when it was erased; undefined when there never was one. */
  keyOf(subject: string): Promise<Uint8Array | Erased | undefined>;
  /** A digest keyed with the tenant's pepper: tells values apart without giving them away. 64 hex digits. */
  keyedDigest(tenant: string, text: string): Promise<string>;
  /**
   * Destroys the subject's key and the way from its token to it, for good; `keyOf` then answers Erased with the first such
   * moment. The same token seen later gets a new subject. False when there never was such a subject.
   */
  erase(subject: string, at: Instant): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Small files that must survive a crash whole: written aside, synced, renamed, folder synced. Paths are relative, with
 * slashes; folders are made as needed. A path that leaves the folder is a defect of the caller: RangeError.
 */
export interface Files {
  /** The content, undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Replaces the file; whoever reads meanwhile sees the old content or the new one, whole. */
  write(path: string, content: string | Uint8Array): Promise<void>;
  /** Removes the file; nothing happens when there is none. */
  remove(path: string): Promise<void>;
}

/** Called at named steps, so that a crash test can end the process there. Does nothing in production. */
export type CrashPoint = (step: string) => void;
