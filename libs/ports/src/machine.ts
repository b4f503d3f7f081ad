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

/** Keeps the keys that make personal values readable, outside the event store (`audit.md`, section 7). */
export interface KeyStore {
  /** The subject of a token, made on first sight. The lookup is keyed with the tenant's pepper; no clear token is kept. */
  subjectOf(tenant: string, token: { readonly type: string; readonly id: string }): Promise<Subject>;
  /** The subject of a purpose of the ledger itself, such as sealing what could not be understood. */
  serviceSubject(tenant: string, purpose: string): Promise<Subject>;
  /** The key of a subject, or when it was erased; undefined when there never was one. */
  keyOf(subject: string): Promise<Uint8Array | Erased | undefined>;
  /** A digest keyed with the tenant's pepper: tells values apart without giving them away. 64 hex digits. */
  keyedDigest(tenant: string, text: string): Promise<string>;
  close(): Promise<void>;
}

/** Small files that must survive a crash whole: written aside, synced, renamed, folder synced. */
export interface Files {
  read(path: string): Promise<Uint8Array | undefined>;
  write(path: string, content: string | Uint8Array): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Called at named steps, so that a crash test can end the process there. Does nothing in production. */
export type CrashPoint = (step: string) => void;
