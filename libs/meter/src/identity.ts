import type { Digest } from '@ledger/units';
import type { IdentityBasis, StatementDraft } from './draft';

/** What an identity may be made of besides what the draft itself says. */
export interface Derived {
  readonly digest: Digest;
  /** The subject of the token. */
  readonly subject: string | undefined;
}

/**
 * What makes a statement "the same" when it is sent again (`architecture.md`, Statements; `meter-events.md`, section 1).
 * The parts are separated by `/`, so that a `/` or `%` inside of one is written `%2F` or `%25`; what is absent is empty.
 *
 * - `seq/tenant/station/transaction/seqNo`: OCPP 2.x, and every event that carries a sequence number.
 * - `start/tenant/station/evse/connector/transaction/at/subject/register`: a start; OCPP 1.6 knows no transaction yet.
 * - `stop/tenant/station/transaction`: a stop; one that names no transaction adds its time and register.
 * - `sample/tenant/station/evse/connector/transaction/digest`: readings, which are the same when they say the same.
 * - `status/tenant/station/evse/connector/at/status`: what a connector reports about itself.
 * - `answer/tenant/station/call/transaction`: the back end's answer to a 1.6 start.
 * - `message/tenant/gateway/id`: anything else; its producer has to keep the id when it sends the event again.
 */
export function identityOf(draft: StatementDraft, derived: Derived): string {
  const basis = draft.identifiedBy;
  return `${basis}/${KEYS[basis](draft, derived)}`;
}

const KEYS: Readonly<Record<IdentityBasis, (draft: StatementDraft, derived: Derived) => string>> = {
  seq: (draft) => `${stationOf(draft)}/${part(draft.transaction)}/${draft.seqNo ?? ''}`,
  start: (draft, { subject }) => {
    const { transaction, at, register } = draft;
    return `${connectorOf(draft)}/${part(transaction)}/${at}/${part(subject)}/${part(register)}`;
  },
  stop: (draft) => {
    const { transaction, placeholder, at, register } = draft;
    if (transaction !== undefined) return `${stationOf(draft)}/${part(transaction)}`;
    return `${stationOf(draft)}/${part(placeholder)}/${at}/${part(register)}`;
  },
  sample: (draft, { digest }) => {
    return `${connectorOf(draft)}/${part(draft.transaction ?? draft.placeholder)}/${digest}`;
  },
  status: (draft) => `${connectorOf(draft)}/${draft.at}/${part(draft.connectorStatus)}`,
  answer: (draft) => `${stationOf(draft)}/${part(draft.answer?.call)}/${part(draft.transaction)}`,
  message: (draft) => `${part(draft.tenant)}/${part(draft.gateway)}/${part(draft.messageId)}`,
};

function stationOf(draft: StatementDraft): string {
  return `${part(draft.tenant)}/${part(draft.station)}`;
}

function connectorOf(draft: StatementDraft): string {
  return `${stationOf(draft)}/${part(draft.evse)}/${part(draft.connector)}`;
}

const SEPARATOR = /[%/]/;

function part(text: string | undefined): string {
  if (text === undefined) return '';
  return SEPARATOR.test(text) ? text.replaceAll('%', '%25').replaceAll('/', '%2F') : text;
}
