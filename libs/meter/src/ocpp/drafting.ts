import type { Instant } from '@ledger/units';
import type { IdentityBasis, ReadContext, StatementDraft } from '../draft';
import type { Envelope } from '../envelope';
import type { Place } from '../fields';
import { optionalDeviceAt } from '../moment';
import type { Moments } from '../moment';
import type { Mutable } from '../mutable';
import type { StatementKind } from '../statement';
import { optionalNumberedId } from './sampled-value';

/** Everything a reader of OCPP needs besides the payload. */
export interface OcppScope {
  readonly envelope: Envelope;
  readonly context: ReadContext;
  readonly moments: Moments;
}

/** A message that was understood and tells nothing about a meter or a transaction. */
export interface NoFact {
  readonly because: string;
}

/** A draft with what the envelope says; the payload, which knows better, is added by its reader. */
export function beginDraft(
  scope: OcppScope,
  said: { readonly kind: StatementKind; readonly at: Instant; readonly identifiedBy: IdentityBasis },
): Mutable<StatementDraft> {
  const { envelope, context } = scope;
  const { messageId, gateway, subject } = envelope;
  const { tenant, receivedAt } = context;
  const draft: Mutable<StatementDraft> = {
    v: 1,
    tenant,
    gateway,
    messageId,
    station: subject.station,
    receivedAt,
    kind: said.kind,
    at: said.at,
    readings: [],
    identifiedBy: said.identifiedBy,
  };
  if (subject.evse !== undefined) draft.evse = subject.evse;
  if (subject.connector !== undefined) draft.connector = subject.connector;
  return draft;
}

/** Adds the connector of an OCPP 1.6 payload. 0 is the whole station. */
export function addConnector(draft: Mutable<StatementDraft>, payload: Place): void {
  const connector = optionalNumberedId(payload, 'connectorId');
  if (connector !== undefined) draft.connector = connector;
}

/** The time of the event itself, for messages whose payload may lack one. @throws Refused when it is no time */
export function timeOf(scope: OcppScope): Instant | undefined {
  return optionalDeviceAt(scope.envelope.top, 'time', scope.moments);
}
