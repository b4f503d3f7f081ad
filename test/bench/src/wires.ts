/** What a connector tells at one moment of a session. */
export interface Told {
  readonly station: string;
  /** The session's number and the transaction that it is known as. */
  readonly session: number;
  readonly transaction: string;
  readonly token: string;
  readonly seqNo: number;
  readonly kind: 'started' | 'updated' | 'ended';
  /** RFC 3339, with milliseconds. */
  readonly time: string;
  /** Tenths of a watt-hour, and of a kilowatt. */
  readonly deciWattHours: number;
  readonly deciKilowatts: number;
}

/** Writes what is told as the lines of its messages. */
export type Wire = (told: Told) => readonly string[];

const CONTEXTS = { started: 'Transaction.Begin', updated: 'Sample.Periodic', ended: 'Transaction.End' } as const;

/** CloudEvents of the contract's own form. */
export const normalised: Wire = (told) => {
  const { station, transaction, seqNo, kind, time, token } = told;
  const data = {
    transaction,
    seqNo,
    trigger: kind === 'updated' ? 'MeterValuePeriodic' : 'RemoteStart',
    chargingState: kind === 'ended' ? 'idle' : 'charging',
    ...(kind === 'started' ? { token: { type: 'ISO14443', id: token } } : {}),
    readings: [{ at: time, context: CONTEXTS[kind], values: valuesOf(told) }],
  };
  return [event(told, { type: `ledger.meter.${kind}.v1`, subject: `${station}/1/1`, data })];
};

/** Frames of OCPP-J 1.6, each as text in a CloudEvent. A start brings the answer that names its transaction along. */
export const ocpp16: Wire = (told) => {
  const { kind, session, token, time, deciWattHours } = told;
  const wattHours = Math.floor(deciWattHours / 10);
  const sampledValue = valuesOf(told).map((value) => ({ ...value, context: CONTEXTS[kind] }));
  const meterValue = [{ timestamp: time, sampledValue }];
  switch (kind) {
    case 'started': {
      const payload = { connectorId: 1, idTag: token, meterStart: wattHours, timestamp: time };
      const answer = { transactionId: session, idTagInfo: { status: 'Accepted' } };
      return [
        framed(told, 'ocpp.1.6.call.v1', [2, callOf(told), 'StartTransaction', payload]),
        framed(told, 'ocpp.1.6.result.v1', [3, callOf(told), answer]),
      ];
    }
    case 'updated': {
      const payload = { connectorId: 1, transactionId: session, meterValue };
      return [framed(told, 'ocpp.1.6.call.v1', [2, callOf(told), 'MeterValues', payload])];
    }
    case 'ended': {
      const stop = { transactionId: session, meterStop: wattHours, timestamp: time, transactionData: meterValue };
      return [framed(told, 'ocpp.1.6.call.v1', [2, callOf(told), 'StopTransaction', stop])];
    }
  }
};

const TYPES = { started: 'Started', updated: 'Updated', ended: 'Ended' } as const;

/** Frames of OCPP-J 2.0.1, each as text in a CloudEvent. */
export const ocpp201: Wire = (told) => {
  const { kind, transaction: transactionId, token, seqNo, time: timestamp } = told;
  const sampledValue = valuesOf(told).map(({ measurand, value, unit }) => ({
    value: Number(value),
    context: CONTEXTS[kind],
    measurand,
    unitOfMeasure: { unit },
  }));
  const payload = {
    eventType: TYPES[kind],
    timestamp,
    triggerReason: kind === 'updated' ? 'MeterValuePeriodic' : 'RemoteStart',
    seqNo,
    transactionInfo: { transactionId, chargingState: kind === 'ended' ? 'Idle' : 'Charging' },
    ...(kind === 'started' ? { idToken: { idToken: token, type: 'ISO14443' } } : {}),
    evse: { id: 1, connectorId: 1 },
    meterValue: [{ timestamp, sampledValue }],
  };
  return [framed(told, 'ocpp.2.0.1.call.v1', [2, callOf(told), 'TransactionEvent', payload])];
};

function event(told: Told, said: { readonly type: string; readonly subject: string; readonly data: object }): string {
  const { transaction, seqNo, time } = told;
  const { type, subject, data } = said;
  const id = `${transaction}/${seqNo}`;
  return JSON.stringify({ specversion: '1.0', id, source: '/gateways/gw-bench', type, subject, time, data });
}

function framed(told: Told, type: string, frame: readonly unknown[]): string {
  return event(told, { type, subject: told.station, data: { frame: JSON.stringify(frame) } });
}

function callOf({ session, seqNo }: Told): string {
  return `${session}-${seqNo}`;
}

function valuesOf({
  deciWattHours,
  deciKilowatts,
}: Told): readonly Readonly<Record<'measurand' | 'value' | 'unit', string>>[] {
  return [
    { measurand: 'Energy.Active.Import.Register', value: tenths(deciWattHours), unit: 'Wh' },
    { measurand: 'Power.Active.Import', value: tenths(deciKilowatts), unit: 'kW' },
  ];
}

function tenths(count: number): string {
  return `${Math.floor(count / 10)}.${count % 10}`;
}
