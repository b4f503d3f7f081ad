import { meterEvent } from '../../support/events';
import type { TestEvent } from '../../support/events';

/** One thing that a gateway has to say, until somebody acknowledges it. */
export interface Said {
  /** What it means, as the normalised event. */
  readonly event: TestEvent;
  /** The raw frame in which it is said; absent where the normalised event itself is sent. */
  readonly frame?: TestEvent;
  /** Whether it stays the same when it is sent under another id. */
  readonly mayChangeId: boolean;
}

/** How a station speaks. */
export const DIALECTS = ['normalised', 'ocpp1.6', 'ocpp2.0.1'] as const;
export type Dialect = (typeof DIALECTS)[number];

/** Digits behind the point that a register of each dialect may show: 1.6 states whole Wh, numbers of 2.0.1 are doubles. */
export const DIGITS: Readonly<Record<Dialect, readonly number[]>> = {
  normalised: [0, 3, 9],
  'ocpp1.6': [0],
  'ocpp2.0.1': [0, 3],
};

/** A moment of a session, as its station tells it. */
export interface Moment {
  readonly station: string;
  readonly transaction: string;
  readonly kind: 'started' | 'updated' | 'ended';
  readonly at: string;
  readonly wh: string;
  /** Absent where messages are not numbered, as in OCPP 1.6. */
  readonly seqNo: number | undefined;
  /** The id of a card, where the moment tells it. */
  readonly card: string | undefined;
  /** The message does not say to which transaction it belongs. */
  readonly isUnnamed: boolean;
}

/** What a station says of a moment, in its dialect: one message, or an OCPP 1.6 start and its answer. */
export function saying(dialect: Dialect, moment: Moment): readonly Said[] {
  switch (dialect) {
    case 'normalised':
      return [normalised(moment)];
    case 'ocpp1.6':
      return inOcpp16(moment);
    case 'ocpp2.0.1':
      return [inOcpp2(moment)];
  }
}

/** The same message with other words under an id of its own. */
export function renamed(said: Said, ending: string): Said {
  const { event, frame } = said;
  const id = `${event.id}/${ending}`;
  return { ...said, event: { ...event, id }, ...(frame === undefined ? {} : { frame: { ...frame, id } }) };
}

function normalised(moment: Moment): Said {
  const { kind, seqNo, card } = moment;
  const token = card === undefined ? {} : { token: { type: 'RFID', id: card } };
  if (moment.isUnnamed) {
    const frame = meaningOf(moment, {});
    return { event: readingOf(frame, moment), frame, mayChangeId: false };
  }
  const event = meaningOf(moment, { ...(seqNo === undefined ? {} : { seqNo }), ...token });
  return { event, mayChangeId: seqNo !== undefined || kind !== 'updated' };
}

function meaningOf({ station, transaction, kind, at, wh, isUnnamed }: Moment, data: object): TestEvent {
  const event = meterEvent({ station, transaction, kind, at, registerWh: wh, data: { ...data } });
  return isUnnamed ? { ...event, data: { ...(event['data'] as object), transaction: undefined } } : event;
}

function inOcpp16(moment: Moment): readonly Said[] {
  const { station, transaction, kind, at, wh, card = 'CARD-0' } = moment;
  const event = meaningOf(moment, {});
  const transactionId = Number(transaction);
  switch (kind) {
    case 'started': {
      const call = event.id;
      const start = { connectorId: 1, idTag: card, meterStart: Number(wh), timestamp: at };
      return [
        said(meaningOf({ ...moment, isUnnamed: true }, {}), '1.6.call', {
          messageId: call,
          action: 'StartTransaction',
          payload: start,
        }),
        answered({ station, transaction, at, call }),
      ];
    }
    case 'updated': {
      const sampledValue = [{ value: wh, measurand: REGISTER, unit: 'Wh', context: 'Sample.Periodic' }];
      const named = moment.isUnnamed ? {} : { transactionId };
      const payload = { connectorId: 1, ...named, meterValue: [{ timestamp: at, sampledValue }] };
      return [said(readingOf(event, moment), '1.6.call', { messageId: event.id, action: 'MeterValues', payload })];
    }
    case 'ended': {
      const payload = { transactionId, meterStop: Number(wh), timestamp: at, reason: 'EVDisconnected' };
      return [said(event, '1.6.call', { messageId: event.id, action: 'StopTransaction', payload })];
    }
  }
}

/** The answer of the back end to a start, which names the transaction. */
function answered({ station, transaction, at, call }: Record<'station' | 'transaction' | 'at' | 'call', string>): Said {
  const event = meterEvent({ station, transaction, kind: 'status', at, id: `${call}/answer` });
  const payload = { transactionId: Number(transaction), idTagInfo: { status: 'Accepted' } };
  return said(event, '1.6.result', { messageId: call, action: 'StartTransaction', payload });
}

/** A sample that names no transaction means a reading of the connector. */
function readingOf(event: TestEvent, { isUnnamed }: Moment): TestEvent {
  return isUnnamed ? { ...event, type: 'ledger.meter.reading.v1' } : event;
}

const TYPES_2 = { started: 'Started', updated: 'Updated', ended: 'Ended' } as const;
const TRIGGERS_2 = { started: 'Authorized', updated: 'MeterValuePeriodic', ended: 'EVDeparted' } as const;
const CONTEXTS_2 = { started: 'Transaction.Begin', updated: 'Sample.Periodic', ended: 'Transaction.End' } as const;

function inOcpp2(moment: Moment): Said {
  const { transaction, kind, at, wh, seqNo, card, isUnnamed } = moment;
  const value = { value: Number(wh), context: CONTEXTS_2[kind], measurand: REGISTER, unitOfMeasure: { unit: 'Wh' } };
  const meterValue = [{ timestamp: at, sampledValue: [value] }];
  if (isUnnamed) {
    const event = readingOf(meaningOf(moment, {}), moment);
    const payload = { evseId: 1, meterValue };
    return said(event, '2.0.1.call', { messageId: event.id, action: 'MeterValues', payload });
  }
  const event = meaningOf(moment, { seqNo });
  const payload = {
    eventType: TYPES_2[kind],
    timestamp: at,
    triggerReason: TRIGGERS_2[kind],
    seqNo,
    transactionInfo: { transactionId: transaction },
    evse: { id: 1, connectorId: 1 },
    ...(card === undefined ? {} : { idToken: { idToken: card, type: 'ISO14443' } }),
    meterValue,
  };
  return said(event, '2.0.1.call', { messageId: event.id, action: 'TransactionEvent', payload });
}

const REGISTER = 'Energy.Active.Import.Register';

function said(event: TestEvent, type: string, data: object): Said {
  const { specversion, id, source, time } = event;
  const [station] = (event['subject'] as string).split('/');
  const frame = { specversion, id, source, subject: station, time, type: `ocpp.${type}.v1`, data };
  return { event, frame, mayChangeId: true };
}
