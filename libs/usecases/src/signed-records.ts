import { unseal } from '@ledger/audit';
import type { SignedRecord, Statement } from '@ledger/meter';
import type { EventStore, KeyStore } from '@ledger/ports';
import { readSessionEvent } from '@ledger/session';
import type { SignedData, SignedValue } from '@ledger/tariff';
import { decodeUtf8, sessionStream } from '@ledger/units';
import type { Instant } from '@ledger/units';

import { sealSource } from './seal-statement';

/** The signed meter values of a session, as far as they can be opened, and what to tell of the others. */
export interface OpenedRecords {
  readonly signed?: SignedData;
  /** Why some are missing, for whoever gets the rest. */
  readonly note?: string;
}

/**
 * Opens the signed records of a session with the keys of their subjects: each record once, in order of time. Of records of
 * several formats or keys those that agree with the first are given, because OCPI names one of each.
 */
export async function openedRecords(
  ports: { readonly store: EventStore; readonly keys: KeyStore },
  session: string,
): Promise<OpenedRecords> {
  const sealed = await sealedRecords(ports.store, session);
  const [first] = sealed;
  if (first === undefined) return {};
  const missing = new Set<Missing>();
  const values: SignedValue[] = [];
  for (const one of sealed) {
    const opened = isAlike(one.record, first.record) ? await openedValue(ports.keys, one) : 'other-format';
    if (typeof opened === 'string') missing.add(opened);
    else values.push(opened);
  }
  const [reason] = missing;
  const { format, publicKey } = first.record;
  return {
    ...(values.length === 0
      ? {}
      : { signed: { encodingMethod: format, values, ...(publicKey === undefined ? {} : { publicKey }) } }),
    ...(reason === undefined ? {} : { note: NOTES[reason] }),
  };
}

type Missing = keyof typeof NOTES;

const NOTES = {
  erased: 'Signed meter values were erased with the personal data of the driver.',
  unopened: 'Signed meter values cannot be opened here; ask the operator for them.',
  'other-format': 'Signed meter values of another meter or format are left out; ask the operator for them.',
} as const;

interface SealedRecord {
  readonly at: Instant;
  readonly nature: SignedValue['nature'];
  readonly record: SignedRecord;
  readonly source: string;
  readonly pointer: string;
}

async function sealedRecords(store: EventStore, session: string): Promise<readonly SealedRecord[]> {
  const found = new Map<string, SealedRecord>();
  for await (const { type, data } of store.read(sessionStream(session))) {
    const event = readSessionEvent(type, data);
    if (event.type !== 'StatementRecorded' && event.type !== 'StatementConflicted') continue;
    for (const one of recordsIn(event.statement)) {
      const held = found.get(one.record.keyedDigest);
      if (held === undefined || one.at < held.at) found.set(one.record.keyedDigest, one);
    }
  }
  return [...found.values()].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function orderOf({ at, record }: SealedRecord): string {
  return `${at} ${record.keyedDigest}`;
}

function recordsIn({ tenant, gateway, messageId, readings }: Statement): readonly SealedRecord[] {
  const source = sealSource(tenant, gateway, messageId);
  return readings.flatMap(({ at, context, signed: record }, index) => {
    if (record === undefined) return [];
    const nature = natureOf(context);
    return [{ at, nature, record, source, pointer: `/readings/${index}/signed` }];
  });
}

function natureOf(context: string): SignedValue['nature'] {
  if (context === 'Transaction.Begin') return 'Start';
  return context === 'Transaction.End' ? 'End' : 'Intermediate';
}

function isAlike(one: SignedRecord, other: SignedRecord): boolean {
  return one.format === other.format && one.publicKey === other.publicKey;
}

async function openedValue(
  keys: KeyStore,
  { nature, record, source, pointer }: SealedRecord,
): Promise<SignedValue | Missing> {
  const key = await keys.keyOf(record.sealed.kid);
  if (key === undefined) return 'unopened';
  if ('erased' in key) return 'erased';
  const opened = unseal(record.sealed, key, { source, pointer });
  if (!opened.ok) return 'unopened';
  const bytes = bytesOf(opened.clear, record.encoding);
  const text = decodeUtf8(bytes);
  return {
    nature,
    plainData: typeof text === 'string' ? text : bytes.toString('hex'),
    signedData: bytes.toString('base64'),
  };
}

/** The record itself, out of the encoding in which it was sent. */
function bytesOf(data: string, encoding: string): Buffer {
  return Buffer.from(data, encoding === 'base64' || encoding === 'hex' ? encoding : 'utf8');
}
