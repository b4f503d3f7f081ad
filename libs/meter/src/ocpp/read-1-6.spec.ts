import { at, call, draftOf, outcomeOf, rawEvent, receivedAt, statementOf } from '../../../../test/support/raw-events';
import { completeStatement, signedRecordsOf } from '../index';

const start = { connectorId: 1, idTag: '04A1', meterStart: 1600, timestamp: at };

describe('reading OCPP 1.6', () => {
  it('takes a start with its register and token, waiting for the answer that names the transaction', () => {
    expect(draftOf(call('1.6', 'StartTransaction', start))).toEqual({
      v: 1,
      tenant: 'default',
      gateway: 'gw-7',
      messageId: 'e-1',
      station: 'ST-1',
      connector: '1',
      kind: 'started',
      at: '2026-06-01T08:15:00.000Z',
      receivedAt,
      register: '1600',
      readings: [],
      call: 'm-1',
      clearToken: { type: 'idTag', id: '04A1' },
      identifiedBy: 'start',
    });
  });

  it('knows a start again that is sent under another message id, and another start by what differs', () => {
    const first = statementOf(call('1.6', 'StartTransaction', start));
    const text = JSON.stringify(start);
    const again = statementOf(
      rawEvent('1.6.call', `{"messageId":"m-9","action":"StartTransaction","payload":${text}}`, { id: 'e-9' }),
    );
    expect([again.identity, again.digest]).toEqual([first.identity, first.digest]);
    expect(again.call).not.toBe(first.call);
    for (const change of [{ connectorId: 2 }, { meterStart: 1601 }, { timestamp: '2026-06-01T08:15:01Z' }]) {
      expect(statementOf(call('1.6', 'StartTransaction', { ...start, ...change })).identity).not.toBe(first.identity);
    }
    expect(statementOf(call('1.6', 'StartTransaction', start), 'somebody else').identity).not.toBe(first.identity);
  });

  it.each([
    ['with its action', '{"messageId":"m-2","correlatesTo":"m-1","action":"StartTransaction","payload":@}'],
    ['without action', '{"messageId":"m-1","payload":@}'],
    ['as a frame', `{"frame":"[3,\\"m-1\\",#]"}`],
  ])('takes the answer to a start %s as the link to its transaction', (_, data) => {
    const payload = JSON.stringify({ transactionId: 77, idTagInfo: { status: 'Accepted', parentIdTag: 'P' } });
    const text = data.replace('@', payload).replace('#', JSON.stringify(payload).slice(1, -1));
    const draft = draftOf(rawEvent('1.6.result', text, { time: at }));
    expect(draft).toMatchObject({
      kind: 'status',
      transaction: '77',
      answer: { call: 'm-1', transaction: '77', tokenStatus: 'Accepted' },
      identifiedBy: 'answer',
    });
    expect(JSON.stringify(draft)).not.toContain('"P"');
    expect(statementOf(rawEvent('1.6.result', text)).digest).toBe(completeStatement(draft).digest);
  });

  it('fills in the defaults of a sample and keeps several moments in one statement', () => {
    const payload = {
      connectorId: 1,
      transactionId: 77,
      meterValue: [
        { timestamp: at, sampledValue: [{ value: '1613' }] },
        { timestamp: '2026-06-01T08:16:00', sampledValue: [{ value: ' 1.70 ', unit: 'kWh', context: 'Sample.Clock' }] },
      ],
    };
    const draft = draftOf(call('1.6', 'MeterValues', payload));
    expect(draft).toMatchObject({ kind: 'updated', transaction: '77', at: '2026-06-01T08:16:00.000Z' });
    const value = { measurand: 'Energy.Active.Import.Register', unit: 'Wh' };
    expect(draft.readings).toEqual([
      { at: '2026-06-01T08:15:00.000Z', context: 'Sample.Periodic', values: [{ ...value, value: '1613' }] },
      { at: '2026-06-01T08:16:00.000Z', context: 'Sample.Clock', values: [{ ...value, value: '1700' }] },
    ]);
  });

  it.each([
    [undefined, {}],
    [0, { placeholder: '0' }],
    [-1, { placeholder: '-1' }],
  ])('calls samples of transaction %p a reading, to be attributed by connector and time', (transactionId, expected) => {
    const meterValue = [{ timestamp: at, sampledValue: [{ value: '1' }] }];
    const draft = draftOf(call('1.6', 'MeterValues', { connectorId: 0, transactionId, meterValue }));
    expect(draft).toMatchObject({ kind: 'reading', connector: '0', ...expected });
    expect(draft.transaction).toBeUndefined();
  });

  it('takes a stop with its reason, register and the samples it repeats', () => {
    const payload = {
      transactionId: 77,
      meterStop: 1700.5,
      timestamp: at,
      transactionData: [
        {
          timestamp: at,
          sampledValue: [
            { value: '1600', context: 'Transaction.Begin' },
            { value: '1700.5', context: 'Transaction.End' },
          ],
        },
      ],
    };
    const draft = draftOf(call('1.6', 'StopTransaction', payload));
    expect(draft).toMatchObject({ kind: 'ended', transaction: '77', register: '1700.5', stopReason: 'Local' });
    expect(draft.readings.map(({ context, values }) => [context, values[0]?.value])).toEqual([
      ['Transaction.Begin', '1600'],
      ['Transaction.End', '1700.5'],
    ]);
  });

  it('gives every stop of a transaction one identity, and another digest where the register differs', () => {
    const stop = { transactionId: 77, meterStop: 1700, timestamp: at, reason: 'EVDisconnected' };
    const first = statementOf(call('1.6', 'StopTransaction', stop));
    const retry = statementOf(call('1.6', 'StopTransaction', stop, { id: 'e-2' }));
    const other = statementOf(call('1.6', 'StopTransaction', { ...stop, meterStop: 1800 }));
    expect([retry.identity, retry.digest]).toEqual([first.identity, first.digest]);
    expect(other.identity).toBe(first.identity);
    expect(other.digest).not.toBe(first.digest);
  });

  it('tells stops apart that name no transaction, and takes an unknown register as absent', () => {
    const stop = { transactionId: -1, meterStop: -1, timestamp: at };
    const draft = draftOf(call('1.6', 'StopTransaction', stop));
    expect(draft.register).toBeUndefined();
    expect(draft.placeholder).toBe('-1');
    const later = { ...stop, timestamp: '2026-06-01T08:16:00Z' };
    expect(statementOf(call('1.6', 'StopTransaction', later)).identity).not.toBe(completeStatement(draft).identity);
  });

  it.each([
    ['Charging', 'charging'],
    ['SuspendedEV', 'suspended-ev'],
    ['SuspendedEVSE', 'suspended-evse'],
    ['Finishing', 'ev-connected'],
    ['Available', 'idle'],
    ['Faulted', undefined],
  ])('reads the status %s', (status, chargingState) => {
    const draft = draftOf(
      call('1.6', 'StatusNotification', { connectorId: 1, status, errorCode: 'NoError', timestamp: at }),
    );
    expect(draft).toMatchObject({ kind: 'status', connector: '1', connectorStatus: status });
    expect(draft.chargingState).toBe(chargingState);
  });

  it('lets the time of the event stand in for a status without one', () => {
    const status = { connectorId: 1, status: 'Charging', errorCode: 'NoError' };
    expect(draftOf(call('1.6', 'StatusNotification', status, { time: at })).at).toBe('2026-06-01T08:15:00.000Z');
    expect(outcomeOf(call('1.6', 'StatusNotification', status))).toMatchObject({
      status: 'refused',
      code: 'at-missing',
    });
  });

  it.each([
    [
      'as JSON text',
      JSON.stringify({ signedMeterData: 'OCMF|{}|{}', encodingMethod: 'OCMF', publicKey: 'oca:base16:30' }),
    ],
    ['as the record alone', 'OCMF|{}|{}'],
  ])('carries signed data %s verbatim', (_, value) => {
    const sampledValue = [
      { value, format: 'SignedData', context: 'Transaction.End' },
      { value: '1', context: 'Transaction.End' },
    ];
    const draft = draftOf(
      call('1.6', 'MeterValues', { connectorId: 1, meterValue: [{ timestamp: at, sampledValue }] }),
    );
    const [record] = signedRecordsOf(draft);
    expect(record).toMatchObject({
      format: 'OCMF',
      encoding: 'plain',
      data: 'OCMF|{}|{}',
      pointer: '/readings/0/signed',
    });
    expect(draft.readings).toHaveLength(1);
    expect(draft.readings[0]?.values).toHaveLength(1);
  });

  it('gives a second signed record of the same moment a reading of its own', () => {
    const signed = (value: string): object => ({ value, format: 'SignedData' });
    const meterValue = [{ timestamp: at, sampledValue: [signed('3030'), signed('T0NNRg==')] }];
    const records = signedRecordsOf(draftOf(call('1.6', 'MeterValues', { connectorId: 1, meterValue })));
    expect(records.map(({ pointer, encoding }) => [pointer, encoding])).toEqual([
      ['/readings/0/signed', 'hex'],
      ['/readings/1/signed', 'base64'],
    ]);
  });
});
