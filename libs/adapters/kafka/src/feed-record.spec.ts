import { fromWire } from './feed-record';

describe('fromWire', () => {
  it('reads keys and headers as UTF-8, and the last of a header that came twice', () => {
    const record = fromWire({
      key: Buffer.from('Zürich'),
      value: Buffer.from([0, 255]),
      timestamp: '1780301700123',
      attributes: 0,
      offset: '9007199254740993',
      headers: { a: Buffer.from('ä'), twice: [Buffer.from('1'), Buffer.from('2')], none: undefined },
    });
    expect(record).toMatchObject({
      offset: 9007199254740993n,
      key: 'Zürich',
      headers: { a: 'ä', twice: '2', none: '' },
      publishedAt: '2026-06-01T08:15:00.123Z',
    });
    expect([...record.value]).toEqual([0, 255]);
  });

  it.each(['-1', 'x', '99999999999999999'])('reads a record of time %s, which is none', (timestamp) => {
    const message = { key: null, value: null, timestamp, attributes: 0, offset: '0', size: 0 };
    expect(fromWire(message)).toEqual({
      offset: 0n,
      key: null,
      value: new Uint8Array(0),
      headers: {},
      publishedAt: '1970-01-01T00:00:00.000Z',
    });
  });
});
