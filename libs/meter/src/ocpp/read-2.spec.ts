import { at, call, draftOf } from '../../../../test/support/raw-events';
import { signedRecordsOf } from '../index';

describe('reading OCPP 2.0.1 and 2.1', () => {
  const event = {
    eventType: 'Updated',
    timestamp: at,
    triggerReason: 'MeterValuePeriodic',
    seqNo: 3,
    offline: true,
    transactionInfo: { transactionId: 'tx-1', chargingState: 'SuspendedEVSE' },
    evse: { id: 1, connectorId: 2 },
    idToken: { idToken: '04A1', type: 'ISO14443' },
    customData: { vendorId: 'x' },
  };

  it.each(['2.0.1', '2.1'])('takes a transaction event of %s', (version) => {
    expect(draftOf(call(version, 'TransactionEvent', event))).toMatchObject({
      kind: 'updated',
      station: 'ST-1',
      evse: '1',
      connector: '2',
      transaction: 'tx-1',
      seqNo: 3,
      offline: true,
      trigger: 'MeterValuePeriodic',
      chargingState: 'suspended-evse',
      clearToken: { type: 'ISO14443', id: '04A1' },
      identifiedBy: 'seq',
    });
  });

  it('takes numbers from their source text, with unit and multiplier applied exactly', () => {
    const sampled = [
      '{"value":2935.600,"unitOfMeasure":{"unit":"kWh"},"context":"Transaction.End"}',
      '{"value":29356,"unitOfMeasure":{"multiplier":2},"phase":"L1","location":"Inlet"}',
      '{"value":0.1,"measurand":"Power.Active.Import","unitOfMeasure":{"unit":"kW","multiplier":-1}}',
      '{"value":80,"measurand":"SoC","location":"EV"}',
    ];
    const samples = `[{"timestamp":"${at}","sampledValue":[${sampled.join(',')}]}]`;
    const payload = JSON.stringify({ ...event, meterValue: '@' }).replace('"@"', samples);
    const { readings } = draftOf(call('2.1', 'TransactionEvent', payload));
    expect(
      readings.map(({ context, values }) => [context, values.map(({ value, unit }) => `${value} ${unit}`)]),
    ).toEqual([
      ['Transaction.End', ['2935600 Wh']],
      ['Sample.Periodic', ['2935600 Wh', '10 W', '80 Percent']],
    ]);
  });

  it('says that an end without a reason was local, and seals nobody for an empty token', () => {
    const ended = { ...event, eventType: 'Ended', idToken: { idToken: '', type: 'NoAuthorization' } };
    const draft = draftOf(call('2.0.1', 'TransactionEvent', ended));
    expect(draft).toMatchObject({ kind: 'ended', stopReason: 'Local' });
    expect(draft.clearToken).toBeUndefined();
  });

  it('identifies an event without sequence number by its content', () => {
    const basisOf = (eventType: string): string => {
      return draftOf(call('2.0.1', 'TransactionEvent', { ...event, eventType, seqNo: undefined })).identifiedBy;
    };
    expect(['Started', 'Updated', 'Ended'].map(basisOf)).toEqual(['start', 'sample', 'stop']);
  });

  it('keeps the signed value beside the plain one', () => {
    const signedMeterValue = { signedMeterData: 'T0NNRnw=', encodingMethod: 'OCMF', signingMethod: '', publicKey: '' };
    const meterValue = [{ timestamp: at, sampledValue: [{ value: 5, signedMeterValue }] }];
    const draft = draftOf(call('2.0.1', 'TransactionEvent', { ...event, meterValue }));
    expect(draft.readings[0]?.values[0]?.value).toBe('5');
    expect(signedRecordsOf(draft)).toEqual([
      { format: 'OCMF', encoding: 'base64', data: 'T0NNRnw=', pointer: '/readings/0/signed' },
    ]);
  });

  it.each(['IdleTIme', 'IdleTime'])(
    'keeps the cost a station computed as evidence, with the dimension spelled %s',
    (type) => {
      const costDetails = {
        totalCost: {
          currency: 'EUR',
          typeOfCost: 'NormalCost',
          energy: { exclTax: 1.25 },
          total: { exclTax: 2.5, inclTax: 3 },
        },
        totalUsage: { energy: 5.125, chargingTime: 60, idleTime: 30 },
        chargingPeriods: [{ startPeriod: at, tariffId: 'T1', dimensions: [{ type, volume: 30 }] }],
        failureToCalculate: true,
        failureReason: 'asked Mr Smith',
      };
      expect(draftOf(call('2.1', 'TransactionEvent', { ...event, costDetails })).cost).toEqual({
        currency: 'EUR',
        typeOfCost: 'NormalCost',
        energyExclTax: '1.25',
        totalExclTax: '2.5',
        totalInclTax: '3',
        usageEnergy: '5.125',
        usageChargingTime: '60',
        usageIdleTime: '30',
        failureToCalculate: 'true',
        period0Start: at,
        period0Tariff: 'T1',
        period0IdleTime: '30',
      });
    },
  );

  it('takes meter values of an EVSE and the status of a connector', () => {
    const meterValue = [{ timestamp: at, sampledValue: [{ value: 5 }] }];
    expect(draftOf(call('2.0.1', 'MeterValues', { evseId: 0, meterValue }))).toMatchObject({
      kind: 'reading',
      evse: '0',
    });
    const status = { timestamp: at, connectorStatus: 'Occupied', evseId: 1, connectorId: 2 };
    expect(draftOf(call('2.0.1', 'StatusNotification', status))).toMatchObject({
      kind: 'status',
      evse: '1',
      connector: '2',
      connectorStatus: 'Occupied',
    });
  });
});
