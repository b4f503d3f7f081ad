import type { Digest } from '@ledger/units';
import type { IdentityBasis } from './draft';
import type { Statement } from './statement';

/** A statement before it got its identity and digest. */
export type Unidentified = Omit<Statement, 'identity' | 'digest'>;

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
export function identityOf(statement: Unidentified, basis: IdentityBasis, digest: Digest): string {
  return `${basis}/${KEYS[basis](statement, digest)}`;
}

const KEYS: Readonly<Record<IdentityBasis, (statement: Unidentified, digest: Digest) => string>> = {
  seq: (statement) => `${stationOf(statement)}/${part(statement.transaction)}/${statement.seqNo ?? ''}`,
  start: (statement) => {
    const { transaction, at, token, register } = statement;
    return `${connectorOf(statement)}/${part(transaction)}/${at}/${part(token?.subject)}/${part(register)}`;
  },
  stop: (statement) => {
    const { transaction, placeholder, at, register } = statement;
    if (transaction !== undefined) return `${stationOf(statement)}/${part(transaction)}`;
    return `${stationOf(statement)}/${part(placeholder)}/${at}/${part(register)}`;
  },
  sample: (statement, digest) => {
    return `${connectorOf(statement)}/${part(statement.transaction ?? statement.placeholder)}/${digest}`;
  },
  status: (statement) => `${connectorOf(statement)}/${statement.at}/${part(statement.connectorStatus)}`,
  answer: (statement) => `${stationOf(statement)}/${part(statement.answer?.call)}/${part(statement.transaction)}`,
  message: (statement) => `${part(statement.tenant)}/${part(statement.gateway)}/${part(statement.messageId)}`,
};

function stationOf(statement: Unidentified): string {
  return `${part(statement.tenant)}/${part(statement.station)}`;
}

function connectorOf(statement: Unidentified): string {
  return `${stationOf(statement)}/${part(statement.evse)}/${part(statement.connector)}`;
}

const SEPARATOR = /[%/]/;

function part(text: string | undefined): string {
  if (text === undefined) return '';
  return SEPARATOR.test(text) ? text.replaceAll('%', '%25').replaceAll('/', '%2F') : text;
}
