import { createHmac } from 'node:crypto';

import type { Erased, KeyStore, PresentedToken, Random, Subject } from '@ledger/ports';
import type { Instant } from '@ledger/units';

import type { Life, Wire } from '../wire';

/** Bytes of a subject's key. */
const KEY_BYTES = 32;

/** The keys that outlive the processes. */
export class KeyVault {
  readonly subjects = new Map<string, Subject>();
  readonly keys = new Map<string, Uint8Array | Erased>();
  private readonly peppers = new Map<string, Uint8Array>();

  constructor(private readonly random: Random) {}

  subject(lookup: string): Subject {
    const found = this.subjects.get(lookup);
    if (found !== undefined) return found;
    const made = { subject: this.random.uuid(), key: this.random.bytes(KEY_BYTES) };
    this.subjects.set(lookup, made);
    this.keys.set(made.subject, made.key);
    return made;
  }

  digest(tenant: string, text: string): string {
    const pepper = this.peppers.get(tenant) ?? this.random.bytes(KEY_BYTES);
    this.peppers.set(tenant, pepper);
    return createHmac('sha256', pepper).update(text).digest('hex');
  }

  erase(subject: string, at: Instant): boolean {
    const key = this.keys.get(subject);
    if (key === undefined) return false;
    if (key instanceof Uint8Array) this.keys.set(subject, { erased: true, at });
    for (const [lookup, held] of this.subjects) if (held.subject === subject) this.subjects.delete(lookup);
    return true;
  }
}

/** The key store as one process sees it. */
export class SimKeyStore implements KeyStore {
  constructor(
    private readonly wire: Wire,
    private readonly life: Life,
    private readonly vault: KeyVault,
  ) {}

  subjectOf(tenant: string, { type, id }: PresentedToken): Promise<Subject> {
    const lookup = JSON.stringify(['token', tenant, type, id.trim().toUpperCase()]);
    return this.ask('subject', () => this.vault.subject(lookup));
  }

  serviceSubject(tenant: string, purpose: string): Promise<Subject> {
    return this.ask('service subject', () => this.vault.subject(JSON.stringify(['service', tenant, purpose])));
  }

  keyOf(subject: string): Promise<Uint8Array | Erased | undefined> {
    return this.ask('key', () => this.vault.keys.get(subject));
  }

  keyedDigest(tenant: string, text: string): Promise<string> {
    return this.ask('digest', () => this.vault.digest(tenant, text));
  }

  erase(subject: string, at: Instant): Promise<boolean> {
    return this.ask('erase', () => this.vault.erase(subject, at));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private ask<Answer>(label: string, apply: () => Answer): Promise<Answer> {
    return this.wire.call(this.life, { label, apply });
  }
}
