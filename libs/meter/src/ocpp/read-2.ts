import type { IdentityBasis, StatementDraft } from '../draft';
import {
  missing,
  optionalFlag,
  optionalObject,
  optionalText,
  optionalWhole,
  optionalWord,
  requiredText,
} from '../fields';
import type { Place } from '../fields';
import {
  SEQ_NO_MAX,
  TOKEN_ID_LENGTH_MAX,
  TOKEN_TYPE_LENGTH_MAX,
  TRANSACTION_LENGTH_MAX,
  WORD_LENGTH_MAX,
} from '../limits';
import { atMissing, optionalDeviceAt } from '../moment';
import type { Mutable } from '../mutable';
import type { ChargingState, StatementKind } from '../statement';
import { readCostDetails } from './cost-details';
import { beginDraft } from './drafting';
import type { NoFact, OcppScope } from './drafting';
import type { OcppMessage } from './frame';
import { latestOf, optionalNumberedId, readMeterValues } from './sampled-value';

type Reader = (message: OcppMessage, scope: OcppScope) => StatementDraft | NoFact;

/** The calls of OCPP 2.0.1 and 2.1 that carry a meter fact. */
export const CALLS_2: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['TransactionEvent', readTransactionEvent],
  ['MeterValues', readSamples],
  ['StatusNotification', readStatus],
]);

const KINDS = { Started: 'started', Updated: 'updated', Ended: 'ended' } as const;
const EVENT_TYPES = ['Started', 'Updated', 'Ended'] as const;

/** OCPP 2.0.1 and 2.1, TransactionEventRequest. */
function readTransactionEvent({ payload }: OcppMessage, scope: OcppScope): StatementDraft {
  const type = optionalWord(payload, 'eventType', EVENT_TYPES) ?? missing(payload, 'eventType');
  const at = optionalDeviceAt(payload, 'timestamp', scope.moments) ?? atMissing(payload, 'timestamp');
  const draft = beginDraft(scope, { kind: KINDS[type], at, identifiedBy: 'seq' });
  addPlace(draft, optionalObject(payload, 'evse'));
  addSequence(draft, payload);
  addTransaction(draft, optionalObject(payload, 'transactionInfo') ?? missing(payload, 'transactionInfo'));
  addToken(draft, optionalObject(payload, 'idToken'));
  draft.readings = readMeterValues(payload, 'meterValue', { style: '2.x', moments: scope.moments });
  const cost = optionalObject(payload, 'costDetails');
  if (cost !== undefined) draft.cost = readCostDetails(cost);
  return draft;
}

/** Without the sequence number that the standard demands, the content has to tell a retry. */
function basisWithoutNumber(kind: StatementKind): IdentityBasis {
  if (kind === 'started') return 'start';
  return kind === 'ended' ? 'stop' : 'sample';
}

function addSequence(draft: Mutable<StatementDraft>, payload: Place): void {
  const seqNo = optionalWhole(payload, 'seqNo', { min: 0, max: SEQ_NO_MAX });
  if (seqNo === undefined) draft.identifiedBy = basisWithoutNumber(draft.kind);
  else draft.seqNo = seqNo;
  const isOffline = optionalFlag(payload, 'offline');
  if (isOffline !== undefined) draft.offline = isOffline;
  const trigger = optionalText(payload, 'triggerReason', WORD_LENGTH_MAX);
  if (trigger !== undefined) draft.trigger = trigger;
}

const STATES: ReadonlyMap<string, ChargingState> = new Map([
  ['Charging', 'charging'],
  ['EVConnected', 'ev-connected'],
  ['SuspendedEV', 'suspended-ev'],
  ['SuspendedEVSE', 'suspended-evse'],
  ['Idle', 'idle'],
]);
const STATE_WORDS = [...STATES.keys()];

function addTransaction(draft: Mutable<StatementDraft>, info: Place): void {
  draft.transaction = requiredText(info, 'transactionId', TRANSACTION_LENGTH_MAX);
  const word = optionalWord(info, 'chargingState', STATE_WORDS);
  const state = word === undefined ? undefined : STATES.get(word);
  if (state !== undefined) draft.chargingState = state;
  const reason = optionalText(info, 'stoppedReason', WORD_LENGTH_MAX);
  if (reason !== undefined) draft.stopReason = reason;
  else if (draft.kind === 'ended') draft.stopReason = 'Local';
}

/** `NoAuthorization` comes with an empty token: nobody has to be sealed then. */
function addToken(draft: Mutable<StatementDraft>, token: Place | undefined): void {
  if (token === undefined || token.object['idToken'] === '') return;
  draft.clearToken = {
    type: requiredText(token, 'type', TOKEN_TYPE_LENGTH_MAX),
    id: requiredText(token, 'idToken', TOKEN_ID_LENGTH_MAX),
  };
}

function addPlace(draft: Mutable<StatementDraft>, evse: Place | undefined): void {
  if (evse === undefined) return;
  const id = optionalNumberedId(evse, 'id');
  const connector = optionalNumberedId(evse, 'connectorId');
  if (id !== undefined) draft.evse = id;
  if (connector !== undefined) draft.connector = connector;
}

/** OCPP 2.0.1 and 2.1, MeterValuesRequest: an EVSE and no transaction. EVSE 0 is the whole station. */
function readSamples({ payload }: OcppMessage, scope: OcppScope): StatementDraft | NoFact {
  const readings = readMeterValues(payload, 'meterValue', { style: '2.x', moments: scope.moments });
  const at = latestOf(readings);
  if (at === undefined) return { because: 'the MeterValues hold no value' };
  const draft = beginDraft(scope, { kind: 'reading', at, identifiedBy: 'sample' });
  const evse = optionalNumberedId(payload, 'evseId');
  if (evse !== undefined) draft.evse = evse;
  draft.readings = readings;
  return draft;
}

/** OCPP 2.0.1 and 2.1, StatusNotificationRequest: `Occupied` does not tell whether energy flows. */
function readStatus({ payload }: OcppMessage, scope: OcppScope): StatementDraft {
  const at = optionalDeviceAt(payload, 'timestamp', scope.moments) ?? atMissing(payload, 'timestamp');
  const draft = beginDraft(scope, { kind: 'status', at, identifiedBy: 'status' });
  const evse = optionalNumberedId(payload, 'evseId');
  const connector = optionalNumberedId(payload, 'connectorId');
  if (evse !== undefined) draft.evse = evse;
  if (connector !== undefined) draft.connector = connector;
  draft.connectorStatus = requiredText(payload, 'connectorStatus', WORD_LENGTH_MAX);
  return draft;
}
