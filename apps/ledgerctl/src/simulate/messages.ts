import type { Charger } from './charger';
import type { DeviceClock } from './clock';
import { decimalOf, inSteps } from './counting';
import type { Sent } from './delivery';
import type { State } from './charging';
import type { Told } from './story';
import { valuesOf, type Value } from './values';

/** What a message needs besides what it tells. */
export interface Wire {
  readonly charger: Charger;
  readonly connector: number;
  readonly clock: DeviceClock;
  readonly token: string;
  /** The message's own id, new for each sending. */
  readonly id: string;
  /** The message id of a start that an answer belongs to. */
  readonly call: string;
}

/** A told message as CloudEvents JSON, in the format of its charger. */
export function messageText(sent: Sent, wire: Wire): string {
  switch (wire.charger.format) {
    case 'cloudevents':
      return normalised(sent, wire);
    case 'ocpp1.6':
      return sent.told.kind === 'answer' ? answer(sent.told, wire) : call16(sent, wire);
    case 'ocpp2.0.1':
      return call2(sent, wire);
  }
}

function event(wire: Wire, type: string, data: object, more: object = {}): string {
  const { charger, id } = wire;
  const source = `/gateways/${charger.gateway}`;
  return JSON.stringify({ specversion: '1.0', id, source, type, subject: charger.station, ...more, data });
}

function timeText(ms: number): string {
  return new Date(Math.floor(ms / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

const KINDS = { start: 'started', answer: 'updated', sample: 'updated', state: 'updated', stop: 'ended' } as const;

function normalised({ told, isOffline }: Sent, wire: Wire): string {
  const { charger, connector, clock, token } = wire;
  const { kind, transaction, seqNo, state, moments } = told;
  const data = {
    ...(transaction === undefined ? {} : { transaction }),
    ...(seqNo === undefined ? {} : { seqNo }),
    ...(isOffline ? { offline: true } : {}),
    ...(state === undefined ? {} : { chargingState: state }),
    ...(kind === 'start' ? { token: { type: 'RFID', id: token } } : {}),
    ...(kind === 'stop' ? { stopReason: 'EVDisconnected' } : {}),
    readings: moments.map((moment) => ({
      at: timeText(clock(moment.atMs)),
      context: moment.context,
      values: valuesOf(moment, charger),
    })),
  };
  return event(wire, `ledger.meter.${KINDS[kind]}.v1`, data, {
    subject: `${charger.station}/${connector}/1`,
    time: timeText(clock(told.atMs)),
  });
}

const ACTIONS_16 = {
  start: 'StartTransaction',
  answer: 'StartTransaction',
  sample: 'MeterValues',
  state: 'StatusNotification',
  stop: 'StopTransaction',
} as const;
const STATES_16: Readonly<Record<State, string>> = {
  charging: 'Charging',
  'suspended-ev': 'SuspendedEV',
  'suspended-evse': 'SuspendedEVSE',
};

function call16({ told }: Sent, wire: Wire): string {
  const { id: messageId } = wire;
  return event(wire, 'ocpp.1.6.call.v1', { messageId, action: ACTIONS_16[told.kind], payload: payload16(told, wire) });
}

function payload16(told: Told, { charger, connector: connectorId, clock, token }: Wire): object {
  const timestamp = timeText(clock(told.atMs));
  const { register, transaction } = told;
  const transactionId = transaction === undefined ? {} : { transactionId: Number(transaction) };
  const meterValue = told.moments.map((moment) => ({
    timestamp: timeText(clock(moment.atMs)),
    sampledValue: valuesOf(moment, charger).map((value) => ({ ...value, context: moment.context })),
  }));
  switch (told.kind) {
    case 'start':
    case 'answer':
      return { connectorId, idTag: token, meterStart: wholeWh(register), timestamp };
    case 'sample':
      return { connectorId, ...transactionId, meterValue };
    case 'state':
      return { connectorId, errorCode: 'NoError', status: STATES_16[told.state ?? 'charging'], timestamp };
    case 'stop': {
      const data = meterValue.length === 0 ? {} : { transactionData: meterValue };
      return { ...transactionId, meterStop: wholeWh(register), timestamp, reason: 'EVDisconnected', ...data };
    }
  }
}

/** OCPP 1.6 states whole Wh at both ends, and -1 where the station does not know them. */
function wholeWh(register: Told['register']): number {
  if (register === 'unknown' || register === undefined) return -1;
  return Number(decimalOf(inSteps(register.registerMwh, 1_000n)));
}

function answer(told: Told, wire: Wire): string {
  const payload = { transactionId: Number(told.transaction), idTagInfo: { status: 'Accepted' } };
  return event(wire, 'ocpp.1.6.result.v1', { messageId: wire.call, action: 'StartTransaction', payload });
}

const TYPES_2 = { start: 'Started', answer: 'Updated', sample: 'Updated', state: 'Updated', stop: 'Ended' } as const;
const TRIGGERS_2 = {
  start: 'Authorized',
  answer: 'Authorized',
  sample: 'MeterValuePeriodic',
  state: 'ChargingStateChanged',
  stop: 'EVDeparted',
} as const;
const STATES_2: Readonly<Record<State, string>> = {
  charging: 'Charging',
  'suspended-ev': 'SuspendedEV',
  'suspended-evse': 'SuspendedEVSE',
};

function call2(sent: Sent, wire: Wire): string {
  const { charger, connector, clock, id: messageId } = wire;
  const { told } = sent;
  const meterValue = told.moments.map((moment) => ({
    timestamp: timeText(clock(moment.atMs)),
    sampledValue: valuesOf(moment, charger).map((value) => sampled2(value, moment.context)),
  }));
  const isNamed = told.transaction !== undefined;
  const payload = isNamed ? { ...transactionEvent(sent, wire), meterValue } : { evseId: connector, meterValue };
  return event(wire, 'ocpp.2.0.1.call.v1', {
    messageId,
    action: isNamed ? 'TransactionEvent' : 'MeterValues',
    payload,
  });
}

function transactionEvent({ told, isOffline }: Sent, { connector, clock, token }: Wire): object {
  const { kind, seqNo, state, transaction } = told;
  return {
    eventType: TYPES_2[kind],
    timestamp: timeText(clock(told.atMs)),
    triggerReason: TRIGGERS_2[kind],
    seqNo,
    ...(isOffline ? { offline: true } : {}),
    transactionInfo: {
      transactionId: transaction,
      ...(state === undefined ? {} : { chargingState: STATES_2[state] }),
      ...(kind === 'stop' ? { stoppedReason: 'EVDisconnected' } : {}),
    },
    ...(kind === 'start' ? { idToken: { idToken: token, type: 'ISO14443' } } : {}),
    evse: { id: connector, connectorId: 1 },
  };
}

/** OCPP 2.x writes values as numbers; their text is kept to the digit by whoever reads it exactly. */
function sampled2({ measurand, value, unit, multiplier, phase }: Value, context: string): object {
  const unitOfMeasure =
    unit === undefined ? {} : { unitOfMeasure: { unit, ...(multiplier === undefined ? {} : { multiplier }) } };
  return { value: Number(value), context, measurand, ...(phase === undefined ? {} : { phase }), ...unitOfMeasure };
}
