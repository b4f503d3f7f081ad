import { completeStatement, readCloudEvent } from '@ledger/meter';
import type { ReadOutcome, SealedField, Statement, StatementDraft } from '@ledger/meter';
import { readJson } from '@ledger/units';
import type { Instant } from '@ledger/units';

/** When the raw events of these tests reach the ledger, and the time of the device in them. */
export const receivedAt = '2026-06-01T08:20:00.000Z' as Instant;
export const at = '2026-06-01T08:15:00Z';

/** A raw event around its data, in text, so that the numbers of data stay as written. */
export function rawEvent(type: string, data: string, top: object = {}): string {
  const event = { specversion: '1.0', id: 'e-1', source: 'gw-7', subject: 'ST-1', type: `ocpp.${type}.v1`, ...top };
  return JSON.stringify({ ...event, data: '@' }).replace('"@"', data);
}

/** A raw event that carries a call. */
export function call(version: string, action: string, payload: object | string, top: object = {}): string {
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return rawEvent(`${version}.call`, `{"messageId":"m-1","action":"${action}","payload":${text}}`, top);
}

/** What the reader makes of a text. */
export function outcomeOf(text: string): ReadOutcome {
  const json = readJson(text);
  if (!json.ok) throw new Error(json.reason);
  return readCloudEvent(json.value, { tenant: 'default', receivedAt });
}

/** The draft that a text is read into. @throws when it is refused */
export function draftOf(text: string): StatementDraft {
  const outcome = outcomeOf(text);
  const draft = outcome.status === 'read' ? outcome.drafts[0] : undefined;
  if (draft === undefined) throw new Error(JSON.stringify(outcome));
  return draft;
}

const sealed: SealedField = { alg: 'A256GCM+HKDF-S256', kid: 's', iv: 'aXY=', ct: 'Y3Q=', kc: 'ab' };

/** The statement of a text whose token belongs to a subject. */
export function statementOf(text: string, subject = 's'): Statement {
  const draft = draftOf(text);
  const { clearToken } = draft;
  return completeStatement(
    draft,
    clearToken === undefined ? {} : { token: { subject, type: clearToken.type, sealed } },
  );
}
