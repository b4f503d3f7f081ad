import { unsealBytes } from '@ledger/audit';
import type { ReadQueries } from '@ledger/ports';

import { accept } from './accept';
import type { AcceptPorts, Accepted } from './accept';
import { readQuarantined, writeQuarantined } from './messages';
import type { Quarantined } from './messages';

/** What became of another try. */
export type RetryOutcome =
  | { readonly status: 'accepted'; readonly accepted: number }
  | { readonly status: 'refused'; readonly code: string; readonly reason: string }
  | { readonly status: 'not-readable'; readonly reason: string }
  | { readonly status: 'not-found' };

/** A quarantined message in clear, for whoever may see it, or why it cannot be shown. */
export type ClearMessage =
  { readonly ok: true; readonly bytes: Uint8Array } | { readonly ok: false; readonly reason: string };

/** Takes a quarantined message once more, as it came, after a fix. It stays in quarantine when it is refused again. */
export async function retryQuarantined(
  ports: AcceptPorts & { readonly model: ReadQueries },
  tenant: string,
  id: string,
): Promise<RetryOutcome> {
  const row = await ports.model.get('quarantine', tenant, id);
  if (row === undefined) return { status: 'not-found' };
  const kept = readQuarantined(Buffer.from(row.body));
  const clear = await openQuarantined(ports, kept);
  if (!clear.ok) return { status: 'not-readable', reason: clear.reason };
  const outcome: Accepted = await accept(ports, { tenant }, [{ text: clear.bytes }]);
  const [refusal] = outcome.quarantined;
  if (refusal !== undefined) return { status: 'refused', code: refusal.code, reason: refusal.reason };
  await ports.feed.publish('meter-quarantine', [
    { key: kept.gateway, value: writeQuarantined({ ...kept, status: 'accepted' }) },
  ]);
  return { status: 'accepted', accepted: outcome.accepted };
}

/** Opens the seal of a quarantined message. */
export async function openQuarantined(ports: Pick<AcceptPorts, 'keys'>, kept: Quarantined): Promise<ClearMessage> {
  if (kept.isCut) return { ok: false, reason: 'only its beginning is kept: it was larger than a message may be' };
  const key = await ports.keys.keyOf(kept.sealed.kid);
  if (key === undefined) return { ok: false, reason: 'the key of the quarantine is not here' };
  if (!(key instanceof Uint8Array))
    return { ok: false, reason: `the key of the quarantine was destroyed at ${key.at}` };
  const opened = unsealBytes(kept.sealed, key, { source: kept.source, pointer: '' });
  return opened.ok ? { ok: true, bytes: opened.clear } : { ok: false, reason: opened.reason };
}
