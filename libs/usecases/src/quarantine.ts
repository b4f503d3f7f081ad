import { SEAL_IV_BYTES, seal } from '@ledger/audit';
import type { KeyStore, Random, Subject } from '@ledger/ports';
import { sha256Hex, uuidV5, writeJson } from '@ledger/units';
import type { Instant } from '@ledger/units';

import type { Quarantined } from './messages';

/** The gateway under which a message is answered that does not tell where it comes from. */
export const UNNAMED_GATEWAY = 'unknown';

/** The purpose of the key under which quarantined messages are sealed. */
export const QUARANTINE_PURPOSE = 'quarantine';

/**
 * One message as it came: the JSON text of a CloudEvent. `fullBytes` is given when the text was cut at a limit;
 * `unreadable` when whoever received it could not unwrap it, with the headers that came beside it.
 */
export interface Message {
  readonly text: string | Uint8Array;
  readonly fullBytes?: number;
  readonly unreadable?: { readonly code: string; readonly reason: string };
  readonly headers?: Readonly<Record<string, string>>;
}

/** Why a message is not understood, told like a refusal of the reader. */
export interface Misread {
  readonly status: 'refused';
  readonly code: string;
  readonly reason: string;
  readonly pointer?: string;
  readonly id?: string;
  readonly gateway?: string;
}

/** A misread message and where it came from. */
export interface MisreadMessage extends Misread {
  readonly tenant: string;
  readonly gateway: string;
  readonly receivedAt: Instant;
  readonly message: Message;
}

/** What quarantine keeps of a message: all of it, sealed under a key of the ledger's own. The same message gets the same id. */
export async function keep(
  ports: { readonly keys: KeyStore; readonly random: Random },
  refused: MisreadMessage,
): Promise<Quarantined> {
  const { tenant, gateway, receivedAt, code, reason, pointer } = refused;
  const { text, fullBytes, headers } = refused.message;
  // Of two that were cut, the same beginning does not make the same message.
  const cut = fullBytes === undefined ? '' : `\n${fullBytes}`;
  const digest = await ports.keys.keyedDigest(tenant, sha256Hex(text));
  const id = uuidV5(`quarantine\n${tenant}\n${gateway}\n${digest}${cut}`);
  const owner = await ports.keys.serviceSubject(tenant, QUARANTINE_PURPOSE);
  return {
    id,
    tenant,
    gateway,
    message: refused.id ?? id,
    code,
    reason,
    ...(pointer === undefined ? {} : { pointer }),
    receivedAt,
    status: 'kept',
    bytes: fullBytes ?? Buffer.byteLength(text),
    isCut: fullBytes !== undefined,
    source: id,
    sealed: seal(text, ports.random.bytes(SEAL_IV_BYTES), owner, { source: id, pointer: '' }),
    ...(headers === undefined ? {} : { sealedHeaders: sealHeaders(ports, headers, { owner, source: id }) }),
  };
}

function sealHeaders(
  { random }: { readonly random: Random },
  headers: NonNullable<Message['headers']>,
  { owner, source }: { readonly owner: Subject; readonly source: string },
): Quarantined['sealed'] {
  return seal(writeJson({ ...headers }), random.bytes(SEAL_IV_BYTES), owner, { source, pointer: '/headers' });
}
