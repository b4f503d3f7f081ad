import { SEAL_IV_BYTES, seal } from '@ledger/audit';
import { TOKEN_POINTER, signedRecordsOf } from '@ledger/meter';
import type { SealedField, SealedParts, SignedRecord, StatementDraft } from '@ledger/meter';
import type { KeyStore, Random } from '@ledger/ports';
import { uuidV5 } from '@ledger/units';

/** The purpose under which records without a token are sealed. */
const UNNAMED = 'records-without-token';

/** Tells whether a draft holds nothing personal, so that nothing has to be sealed. */
export function holdsNothingPersonal(draft: StatementDraft): boolean {
  return draft.clearToken === undefined && draft.readings.every(({ signed }) => signed === undefined);
}

/**
 * Seals what is personal in a draft (`audit.md`, section 7): the token and signed meter records, each under the key of
 * the token's subject, bound to the message and the place in it.
 */
export async function sealStatement(
  ports: { readonly keys: KeyStore; readonly random: Random },
  draft: StatementDraft,
): Promise<SealedParts> {
  const { keys, random } = ports;
  const { tenant, gateway, messageId, clearToken } = draft;
  const source = sealSource(tenant, gateway, messageId);
  const owner =
    clearToken === undefined ? await keys.serviceSubject(tenant, UNNAMED) : await keys.subjectOf(tenant, clearToken);
  const sealedAt = (pointer: string, clear: string): SealedField =>
    seal(clear, random.bytes(SEAL_IV_BYTES), owner, { source, pointer });
  const signed: SignedRecord[] = [];
  for (const { data, pointer, ...record } of signedRecordsOf(draft)) {
    const keyedDigest = await keys.keyedDigest(tenant, data);
    signed.push({ ...record, keyedDigest, sealed: sealedAt(pointer, data) });
  }
  if (clearToken === undefined) return { signed };
  const { type, group, id } = clearToken;
  const grouped = group === undefined ? {} : { group };
  return { signed, token: { subject: owner.subject, type, ...grouped, sealed: sealedAt(TOKEN_POINTER, id) } };
}

/** The source id that the seals of one message are bound to. */
export function sealSource(tenant: string, gateway: string, messageId: string): string {
  return uuidV5(`seal\n${tenant}\n${gateway}\n${messageId}`);
}
