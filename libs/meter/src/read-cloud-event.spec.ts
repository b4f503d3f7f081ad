import { readJson } from '@ledger/units';
import type { Instant } from '@ledger/units';
import { AT_FUTURE_MAX_MS, MESSAGE_ID_LENGTH_MAX, READINGS_MAX, signedRecordsOf } from './index';
import type { ReadOutcome, StatementDraft } from './index';
import { readCloudEvent } from './read-cloud-event';

const receivedAt = '2026-06-01T08:15:01.000Z' as Instant;

const sample = { measurand: 'Energy.Active.Import.Register', value: '1613.5', unit: 'Wh' };

function eventOf(data: object, top: object = {}): string {
  const event = {
    specversion: '1.0',
    id: 'gw-7/000123',
    source: '/gateways/gw-7',
    type: 'ledger.meter.updated.v1',
    subject: 'ST-0042/1/2',
    time: '2026-06-01T08:15:00Z',
    data,
    ...top,
  };
  return JSON.stringify(event);
}

function read(text: string, gateway?: string): ReadOutcome {
  const json = readJson(text);
  if (!json.ok) throw new Error(json.reason);
  return readCloudEvent(json.value, { tenant: 'default', receivedAt, ...(gateway === undefined ? {} : { gateway }) });
}

function draftOf(text: string): StatementDraft {
  const outcome = read(text);
  if (outcome.status !== 'read') throw new Error(JSON.stringify(outcome));
  const [draft, ...more] = outcome.drafts;
  if (draft === undefined || more.length > 0) throw new Error('one draft was expected');
  return draft;
}

function refusalOf(text: string, gateway?: string): string {
  const outcome = read(text, gateway);
  return outcome.status === 'refused' ? `${outcome.code} ${outcome.pointer ?? ''}` : outcome.status;
}

const withValue = (value: object, reading: object = {}): string =>
  eventOf({
    transaction: 't',
    readings: [{ at: '2026-06-01T08:15:00Z', values: [{ ...sample, ...value }], ...reading }],
  });

describe('reading a normalised event', () => {
  it('takes every field of the contract', () => {
    const text = eventOf({
      transaction: '7d0c',
      seqNo: 4,
      offline: false,
      trigger: 'MeterValuePeriodic',
      chargingState: 'charging',
      token: { type: 'RFID', id: '04A1B2C3' },
      readings: [
        {
          at: '2026-06-01T10:15:00+02:00',
          context: 'Sample.Clock',
          values: [
            sample,
            { measurand: 'Power.Active.Import', value: '7.2', unit: 'kW', phase: 'L1', location: 'Inlet' },
          ],
        },
      ],
    });
    expect(draftOf(text)).toEqual({
      v: 1,
      tenant: 'default',
      gateway: 'gw-7',
      messageId: 'gw-7/000123',
      station: 'ST-0042',
      evse: '1',
      connector: '2',
      transaction: '7d0c',
      kind: 'updated',
      at: '2026-06-01T08:15:00.000Z',
      receivedAt,
      seqNo: 4,
      offline: false,
      trigger: 'MeterValuePeriodic',
      chargingState: 'charging',
      clearToken: { type: 'RFID', id: '04A1B2C3' },
      identifiedBy: 'seq',
      readings: [
        {
          at: '2026-06-01T08:15:00.000Z',
          context: 'Sample.Clock',
          values: [
            { measurand: 'Energy.Active.Import.Register', value: '1613.5', unit: 'Wh' },
            { measurand: 'Power.Active.Import', value: '7200', unit: 'W', phase: 'L1', location: 'Inlet' },
          ],
        },
      ],
    });
  });

  it('names message, gateway and station in every outcome, also of a broken message', () => {
    const names = { id: 'gw-7/000123', gateway: 'gw-7', station: 'ST-0042' };
    expect(read(eventOf({ transaction: 't' }))).toMatchObject({ status: 'read', ...names });
    expect(read(eventOf({ nonsense: 1 }))).toMatchObject({ status: 'refused', ...names });
  });

  it.each([
    ['1613.5', 'Wh', 0, '1613.5'],
    ['95.70', 'kWh', 0, '95700'],
    ['2935.600', 'kWh', 0, '2935600'],
    ['0.0001', 'kWh', 0, '0.1'],
    ['5', 'Wh', 3, '5000'],
    ['1613', 'Wh', -3, '1.613'],
    ['5', 'Wh', -3, '0.005'],
    ['1.5', 'MWh', 0, '1500000'],
    ['62500.1270', 'Wh', 0, '62500.1270'],
    ['-0.0', 'Wh', 0, '0.0'],
  ])('turns %s %s with multiplier %d into exactly %s Wh', (value, unit, multiplier, expected) => {
    expect(draftOf(withValue({ value, unit, multiplier })).readings[0]?.values[0]).toEqual({
      measurand: 'Energy.Active.Import.Register',
      value: expected,
      unit: 'Wh',
    });
  });

  it('takes a JSON number from its source text and not through a double', () => {
    const text = withValue({ value: '@' }).replace('"@"', '2935.600000000000001');
    expect(draftOf(text).readings[0]?.values[0]?.value).toBe('2935.600000000000001');
    expect(draftOf(withValue({ value: '@' }).replace('"@"', '1.5e3')).readings[0]?.values[0]?.value).toBe('1500');
  });

  it('accepts a device clock at 1970 and a day ahead, and sets aside what lies further in the future', () => {
    const latest = new Date(Date.parse(receivedAt) + AT_FUTURE_MAX_MS);
    const over = new Date(latest.getTime() + 1).toISOString();
    expect(draftOf(eventOf({ transaction: 't' }, { time: '1970-01-01T00:00:00Z' })).at).toBe(
      '1970-01-01T00:00:00.000Z',
    );
    expect(draftOf(eventOf({ transaction: 't' }, { time: latest.toISOString() })).at).toBe(latest.toISOString());
    expect(refusalOf(eventOf({ transaction: 't' }, { time: over }))).toBe('at-in-future /time');
    expect(refusalOf(withValue({}, { at: over }))).toBe('at-in-future /data/readings/0/at');
  });

  it('keeps signed records verbatim, with the place they will have in the statement', () => {
    const data = 'OCMF|{"FV":"1.0"}|{"SD":"30"}\n';
    const signed = { format: 'OCMF', encoding: 'plain', data, publicKey: '3059' };
    const draft = draftOf(withValue({}, { signed }));
    expect(signedRecordsOf(draft)).toEqual([{ ...signed, pointer: '/readings/0/signed' }]);
  });

  it('calls an update without a transaction a reading, which waits for its session', () => {
    expect(draftOf(eventOf({}))).toMatchObject({ kind: 'reading', identifiedBy: 'message' });
  });

  it('identifies a start and an end without sequence number by what they say, and other events by their message', () => {
    const typed = (type: string, data: object): string => draftOf(eventOf(data, { type })).identifiedBy;
    expect(typed('ledger.meter.started.v1', { transaction: 't' })).toBe('start');
    expect(typed('ledger.meter.ended.v1', { transaction: 't' })).toBe('stop');
    expect(typed('ledger.meter.updated.v1', { transaction: 't' })).toBe('message');
    expect(typed('ledger.meter.status.v1', { chargingState: 'idle' })).toBe('message');
    expect(typed('ledger.meter.ended.v1', { transaction: 't', seqNo: 0 })).toBe('seq');
  });

  it('lets extensions of CloudEvents pass and names the gateway with or without its path', () => {
    const top = { traceparent: '00-4bf9-00f0-01', sequence: 5, source: 'gw-7', datacontenttype: 'application/json' };
    expect(draftOf(eventOf({ transaction: 't' }, top)).gateway).toBe('gw-7');
    expect(read(eventOf({ transaction: 't' }), 'gw-7').status).toBe('read');
  });
});

describe('refusing a normalised event', () => {
  it.each([
    ['no object', '[]', 'not-an-event '],
    ['another specversion', eventOf({}, { specversion: '0.3' }), 'specversion-unknown /specversion'],
    ['no id', eventOf({}, { id: undefined }), 'field-missing /id'],
    ['an empty id', eventOf({}, { id: '' }), 'field-missing /id'],
    ['an id beyond its limit', eventOf({}, { id: 'x'.repeat(MESSAGE_ID_LENGTH_MAX + 1) }), 'field-too-long /id'],
    ['a control character', eventOf({}, { id: 'a\nb' }), 'field-invalid /id'],
    ['an unknown type', eventOf({}, { type: 'ledger.meter.paused.v1' }), 'type-unknown /type'],
    ['a subject with four parts', eventOf({}, { subject: 'a/b/c/d' }), 'subject-invalid /subject'],
    ['a subject with an empty part', eventOf({}, { subject: 'a//c' }), 'subject-invalid /subject'],
    ['no time', eventOf({ transaction: 't' }, { time: undefined }), 'at-missing /time'],
    ['a day that does not exist', eventOf({ transaction: 't' }, { time: '2026-02-30T00:00:00Z' }), 'at-invalid /time'],
    ['a time without offset', eventOf({ transaction: 't' }, { time: '2026-02-03T00:00:00' }), 'at-invalid /time'],
    ['no data', eventOf({}, { data: undefined }), 'field-missing /data'],
    ['an unknown field', eventOf({ transaction: 't', meter: 1 }), 'field-unknown /data/meter'],
    ['an unknown attribute', eventOf({}, { Data_: 1 }), 'field-unknown /Data_'],
    ['an extension with members', eventOf({}, { traced: {} }), 'field-type /traced'],
    ['null', eventOf({ transaction: null }), 'field-type /data/transaction'],
    [
      'a start without transaction',
      eventOf({}, { type: 'ledger.meter.started.v1' }),
      'field-missing /data/transaction',
    ],
    ['an end without transaction', eventOf({}, { type: 'ledger.meter.ended.v1' }), 'field-missing /data/transaction'],
    ['a status that names none', eventOf({}, { type: 'ledger.meter.status.v1' }), 'field-missing /data/chargingState'],
    ['a seqNo as text', eventOf({ transaction: 't', seqNo: '4' }), 'field-type /data/seqNo'],
    ['a broken seqNo', eventOf({ transaction: 't', seqNo: 4.5 }), 'field-type /data/seqNo'],
    ['a negative seqNo', eventOf({ transaction: 't', seqNo: -1 }), 'number-out-of-range /data/seqNo'],
    ['an unknown state', eventOf({ transaction: 't', chargingState: 'Charging' }), 'field-invalid /data/chargingState'],
    ['a token without id', eventOf({ transaction: 't', token: { type: 'RFID' } }), 'field-missing /data/token/id'],
    ['energy without unit', withValue({ unit: undefined }), 'unit-missing /data/readings/0/values/0/unit'],
    ['an unknown unit', withValue({ unit: 'kwh' }), 'unit-unknown /data/readings/0/values/0/unit'],
    ['a unit that does not fit', withValue({ unit: 'kW' }), 'unit-unknown /data/readings/0/values/0/unit'],
    [
      'an unknown measurand',
      withValue({ measurand: 'Energy' }),
      'measurand-unknown /data/readings/0/values/0/measurand',
    ],
    ['NaN', withValue({ value: 'NaN' }), 'not-a-number /data/readings/0/values/0/value'],
    ['Infinity', withValue({ value: 'Infinity' }), 'not-a-number /data/readings/0/values/0/value'],
    ['a decimal comma', withValue({ value: '1,5' }), 'not-a-number /data/readings/0/values/0/value'],
    ['no value', withValue({ value: undefined }), 'field-missing /data/readings/0/values/0/value'],
    ['a register below zero', withValue({ value: '-1' }), 'negative-register /data/readings/0/values/0/value'],
    ['a value too large', withValue({ value: 1e13 }), 'number-out-of-range /data/readings/0/values/0/value'],
    [
      'a multiplier too large',
      withValue({ multiplier: 10 }),
      'number-out-of-range /data/readings/0/values/0/multiplier',
    ],
    ['an unknown phase', withValue({ phase: 'L4' }), 'field-invalid /data/readings/0/values/0/phase'],
    ['a reading without values', withValue({}, { values: undefined }), 'field-missing /data/readings/0/values'],
    ['readings that are no list', eventOf({ transaction: 't', readings: {} }), 'field-type /data/readings'],
    ['a reading that is no object', eventOf({ transaction: 't', readings: [1] }), 'field-type /data/readings/0'],
    ['too many readings', eventOf({ readings: Array(READINGS_MAX + 1).fill(0) }), 'field-too-many /data/readings'],
  ])('refuses %s', (_, text, refusal) => {
    expect(refusalOf(text)).toBe(refusal);
  });

  it('refuses a source that is not the authenticated gateway', () => {
    expect(refusalOf(eventOf({ transaction: 't' }), 'gw-8')).toBe('gateway-mismatch /source');
  });

  it('never quotes the token or a signed record in its reason', () => {
    const secret = '04A1B2C3';
    const texts = [
      eventOf({ transaction: 't', token: { type: 'RFID', id: `${secret}\n` } }),
      eventOf({ transaction: 't', token: { type: 'RFID', id: secret, [secret]: 1 } }),
      withValue({}, { signed: { format: 'OCMF', encoding: secret, data: secret } }),
    ];
    for (const text of texts) {
      const outcome = read(text);
      expect(outcome.status === 'refused' && !outcome.reason.includes(secret)).toBe(true);
    }
  });
});
