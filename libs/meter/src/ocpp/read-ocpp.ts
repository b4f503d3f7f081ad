import { JsonNumber } from '@ledger/units';
import type { ReadContext, StatementDraft } from '../draft';
import type { Envelope } from '../envelope';
import { missing, optionalObject, pointerTo } from '../fields';
import { Refused } from '../refusal';
import { ACTIONS_WITHOUT_FACT } from './actions';
import type { NoFact, OcppScope } from './drafting';
import { readMessage } from './frame';
import type { FrameKind, OcppMessage } from './frame';
import { CALLS_1_6, readStartAnswer } from './read-1-6';
import { CALLS_2 } from './read-2';

/** The versions of OCPP that are read. */
export type OcppVersion = '1.6' | '2.0.1' | '2.1';

/** What the type of a raw event says about its frame. */
export interface OcppType {
  readonly version: OcppVersion;
  readonly kind: FrameKind;
}

/** The types of raw events: `ocpp.{1.6|2.0.1|2.1}.{call|result|error}.v1`. */
export const OCPP_TYPES: ReadonlyMap<string, OcppType> = new Map(
  (['1.6', '2.0.1', '2.1'] as const).flatMap((version) =>
    (['call', 'result', 'error'] as const).map((kind): [string, OcppType] => [
      `ocpp.${version}.${kind}.v1`,
      { version, kind },
    ]),
  ),
);

/** Reads a raw frame. Only calls, and the answer to a 1.6 start, can carry a fact. @throws Refused */
export function readOcpp(envelope: Envelope, type: OcppType, context: ReadContext): StatementDraft | NoFact {
  const data = optionalObject(envelope.top, 'data') ?? missing(envelope.top, 'data');
  const message = readMessage(data, type.kind);
  const scope: OcppScope = { envelope, context, moments: { receivedAt: context.receivedAt } };
  switch (type.kind) {
    case 'error':
      return { because: 'an error answer carries no meter fact' };
    case 'result':
      return readResult(message, scope, type.version);
    case 'call':
      return readCall(message, scope, type.version);
  }
}

function readCall(message: OcppMessage, scope: OcppScope, version: OcppVersion): StatementDraft | NoFact {
  const action = message.action ?? '';
  const read = (version === '1.6' ? CALLS_1_6 : CALLS_2).get(action);
  if (read !== undefined) return read(message, scope);
  if (ACTIONS_WITHOUT_FACT.has(action)) return { because: `${action} carries no meter fact` };
  throw new Refused('action-unknown', pointerTo(scope.envelope.top, 'data'), `OCPP ${version} has no such action`);
}

/** Where the action is not told, the members of the payload tell the answer to a start from all others of OCPP 1.6. */
function readResult(message: OcppMessage, scope: OcppScope, version: OcppVersion): StatementDraft | NoFact {
  const { action, payload } = message;
  const isStartAnswer =
    action === undefined
      ? payload.object['transactionId'] instanceof JsonNumber && payload.object['idTagInfo'] !== undefined
      : action === 'StartTransaction';
  if (version === '1.6' && isStartAnswer) return readStartAnswer(message, scope);
  return { because: 'this answer carries no meter fact' };
}
