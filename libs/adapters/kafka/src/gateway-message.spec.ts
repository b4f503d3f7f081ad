import { GATEWAY_MESSAGE_BYTES_MAX, readGatewayMessage, type GatewayMessage } from './gateway-message';

const read = (headers: Record<string, string>, value: string | Uint8Array): GatewayMessage =>
  readGatewayMessage({ headers, value: typeof value === 'string' ? Buffer.from(value) : value });
const eventOf = (message: GatewayMessage): unknown => (message.kind === 'event' ? JSON.parse(message.json) : message);

const CE = { ce_specversion: '1.0', ce_id: 'gw-7/1', ce_source: '/gateways/gw-7', ce_type: 'ledger.meter.updated.v1' };

describe('readGatewayMessage', () => {
  it('puts a binary event together, and keeps its numbers digit for digit', () => {
    const headers = {
      ...CE,
      ce_subject: 'ST-0042/1/1',
      ce_time: '2026-06-01T08:15:00Z',
      'content-type': 'application/json',
      other: 'x',
    };
    const message = read(headers, '{"value": 2935.600}');
    expect(message).toEqual({
      kind: 'event',
      json:
        '{"specversion":"1.0","id":"gw-7/1","source":"/gateways/gw-7","type":"ledger.meter.updated.v1","subject":"ST-0042/1/1",' +
        '"time":"2026-06-01T08:15:00Z","datacontenttype":"application/json","data":{"value": 2935.600}}',
    });
  });

  it('keeps extensions, among them the partition key', () => {
    expect(eventOf(read({ ...CE, ce_partitionkey: 'default:ST', ce_sequence: '7' }, '{}'))).toMatchObject({
      partitionkey: 'default:ST',
      sequence: '7',
      data: {},
    });
  });

  it.each([
    ['application/vnd.meter+json; charset=utf-8', '[1]', { data: [1] }],
    ['text/plain', 'a frame', { data: 'a frame' }],
    ['application/octet-stream', Uint8Array.from([0, 255]), { data_base64: 'AP8=' }],
    ['', '', { id: 'gw-7/1' }],
  ])('takes data of type "%s" as what it is', (type, value, expected) => {
    expect(eventOf(read(type === '' ? CE : { ...CE, 'content-type': type }, value))).toMatchObject(expected);
  });

  it('takes a structured event as it stands', () => {
    const json = '{"specversion":"1.0","data":{"value":1.10}}';
    expect(read({ 'content-type': 'application/cloudevents+json; charset=UTF-8' }, json)).toEqual({
      kind: 'event',
      json,
    });
    expect(read({}, ` ${json}`)).toEqual({ kind: 'event', json: ` ${json}` });
    expect(read({ 'Content-Type': 'application/json' }, json)).toEqual({ kind: 'event', json });
  });

  it('lets structured mode win over headers that are there as well', () => {
    expect(read({ ...CE, 'content-type': 'application/cloudevents+json' }, '{"id":"inside"}')).toEqual({
      kind: 'event',
      json: '{"id":"inside"}',
    });
  });

  it('lets nothing in the data close the event around it', () => {
    expect(read(CE, '{}},{"id":"other"')).toMatchObject({ kind: 'unreadable', code: 'data-not-json' });
    expect(eventOf(read({ ...CE, ce_id: 'a","type":"b' }, '{}'))).toMatchObject({
      id: 'a","type":"b',
      type: CE.ce_type,
    });
  });

  it.each([
    ['empty-value', {}, ''],
    ['no-cloudevent', {}, '[1]'],
    ['no-cloudevent', { 'content-type': 'text/plain' }, 'hello'],
    ['value-not-utf-8', {}, Uint8Array.from([0x7b, 0xff])],
    ['value-not-utf-8', CE, Uint8Array.from([0x22, 0xff, 0x22])],
    ['unknown-content-type', { 'content-type': 'application/cloudevents-batch+json' }, '[]'],
    ['bad-attribute', { ...CE, ce_Subject: 'x' }, '{}'],
    ['bad-attribute', { ...CE, ce_data: '{}' }, '{}'],
    ['value-too-large', {}, new Uint8Array(GATEWAY_MESSAGE_BYTES_MAX + 1)],
  ])('answers %s with a reason', (code, headers, value) => {
    expect(read(headers, value)).toMatchObject({
      kind: 'unreadable',
      code,
      reason: expect.stringMatching(/./) as string,
    });
  });
});
