import type { DecimalText } from '@ledger/units';
import type { StatementDraft } from '../draft';
import { missing, optionalObject, optionalText, pointerTo, requiredText } from '../fields';
import type { Place } from '../fields';
import { TOKEN_ID_LENGTH_MAX, WORD_LENGTH_MAX } from '../limits';
import { atMissing, optionalDeviceAt } from '../moment';
import type { Mutable } from '../mutable';
import { requiredDecimal, shiftDecimal } from '../quantity';
import { Refused } from '../refusal';
import type { ChargingState } from '../statement';
import { addConnector, beginDraft, timeOf } from './drafting';
import type { NoFact, OcppScope } from './drafting';
import type { OcppMessage } from './frame';
import { latestOf, optionalNumberedId, readMeterValues } from './sampled-value';

type Reader = (message: OcppMessage, scope: OcppScope) => StatementDraft | NoFact;

/** The calls of OCPP 1.6 that carry a meter fact. */
export const CALLS_1_6: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['StartTransaction', readStart],
  ['MeterValues', readSamples],
  ['StopTransaction', readStop],
  ['StatusNotification', readStatus],
]);

/** Type of the tokens of OCPP 1.6, which does not say what they are. */
export const TOKEN_TYPE_1_6 = 'idTag';

/** OCPP 1.6, 6.45: the transaction id is only told by the answer, so the start keeps its message id as `call`. */
function readStart({ messageId, payload }: OcppMessage, scope: OcppScope): StatementDraft {
  const at = optionalDeviceAt(payload, 'timestamp', scope.moments) ?? atMissing(payload, 'timestamp');
  const draft = beginDraft(scope, { kind: 'started', at, identifiedBy: 'start' });
  draft.call = messageId;
  addConnector(draft, payload);
  addToken(draft, payload);
  addRegister(draft, payload, 'meterStart');
  return draft;
}

/** OCPP 1.6, 6.46. */
export function readStartAnswer({ payload, correlatesTo }: OcppMessage, scope: OcppScope): StatementDraft {
  const transaction = optionalNumberedId(payload, 'transactionId') ?? missing(payload, 'transactionId');
  const info = optionalObject(payload, 'idTagInfo');
  const tokenStatus = info === undefined ? undefined : optionalText(info, 'status', WORD_LENGTH_MAX);
  const at = timeOf(scope) ?? scope.context.receivedAt;
  const draft = beginDraft(scope, { kind: 'status', at, identifiedBy: 'answer' });
  const answer = { call: correlatesTo, transaction };
  draft.answer = tokenStatus === undefined ? answer : { ...answer, tokenStatus };
  draft.transaction = transaction;
  return draft;
}

/** OCPP 1.6, 6.31: several samples of one message stay one statement with several readings. */
function readSamples({ payload }: OcppMessage, scope: OcppScope): StatementDraft | NoFact {
  const readings = readMeterValues(payload, 'meterValue', { style: '1.6', moments: scope.moments });
  const at = latestOf(readings);
  if (at === undefined) return { because: 'the MeterValues hold no value' };
  const draft = beginDraft(scope, { kind: 'reading', at, identifiedBy: 'sample' });
  addConnector(draft, payload);
  addTransaction(draft, payload);
  if (draft.transaction !== undefined) draft.kind = 'updated';
  draft.readings = readings;
  return draft;
}

/** OCPP 1.6, 6.47: without a reason it is `Local`; it names no connector. */
function readStop({ payload }: OcppMessage, scope: OcppScope): StatementDraft {
  const at = optionalDeviceAt(payload, 'timestamp', scope.moments) ?? atMissing(payload, 'timestamp');
  const draft = beginDraft(scope, { kind: 'ended', at, identifiedBy: 'stop' });
  if (payload.object['transactionId'] === undefined) missing(payload, 'transactionId');
  addTransaction(draft, payload);
  addToken(draft, payload);
  addRegister(draft, payload, 'meterStop');
  draft.stopReason = optionalText(payload, 'reason', WORD_LENGTH_MAX) ?? 'Local';
  draft.readings = readMeterValues(payload, 'transactionData', { style: '1.6', moments: scope.moments });
  return draft;
}

const STATES: ReadonlyMap<string, ChargingState> = new Map([
  ['Available', 'idle'],
  ['Preparing', 'ev-connected'],
  ['Charging', 'charging'],
  ['SuspendedEV', 'suspended-ev'],
  ['SuspendedEVSE', 'suspended-evse'],
  ['Finishing', 'ev-connected'],
]);

/** OCPP 1.6, 6.49: its time is optional, that of the event stands in for it. */
function readStatus({ payload }: OcppMessage, scope: OcppScope): StatementDraft {
  const at = optionalDeviceAt(payload, 'timestamp', scope.moments) ?? timeOf(scope) ?? atMissing(payload, 'timestamp');
  const draft = beginDraft(scope, { kind: 'status', at, identifiedBy: 'status' });
  addConnector(draft, payload);
  draft.connectorStatus = requiredText(payload, 'status', WORD_LENGTH_MAX);
  const state = STATES.get(draft.connectorStatus);
  if (state !== undefined) draft.chargingState = state;
  return draft;
}

/** Ids that name no transaction: a station offline, or one that forgot, sends 0 or a negative number. */
const NO_TRANSACTION = /^(?:0|-[0-9]+)$/;

function addTransaction(draft: Mutable<StatementDraft>, payload: Place): void {
  const id = optionalNumberedId(payload, 'transactionId');
  if (id === undefined) return;
  if (NO_TRANSACTION.test(id)) draft.placeholder = id;
  else draft.transaction = id;
}

function addToken(draft: Mutable<StatementDraft>, payload: Place): void {
  if (payload.object['idTag'] === '') return;
  const id = optionalText(payload, 'idTag', TOKEN_ID_LENGTH_MAX);
  if (id !== undefined) draft.clearToken = { type: TOKEN_TYPE_1_6, id };
}

/** The register of a start or stop in Wh. -1 is how stations say that they do not know it. @throws Refused below that */
function addRegister(draft: Mutable<StatementDraft>, payload: Place, name: 'meterStart' | 'meterStop'): void {
  const register: DecimalText | undefined = shiftDecimal(requiredDecimal(payload, name, 'lenient'), 0);
  if (register === undefined || UNKNOWN_REGISTER.test(register)) return;
  if (register.startsWith('-'))
    throw new Refused('negative-register', pointerTo(payload, name), `${name} is below zero`);
  draft.register = register;
}

const UNKNOWN_REGISTER = /^-1(?:\.0*)?$/;
