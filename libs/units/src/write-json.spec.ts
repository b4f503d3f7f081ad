import { readJson, writeJson } from '@ledger/units';

describe('writeJson', () => {
  it.each([
    '{"a":[1.50,-0,1e5,{"b":null}],"c":"\\u0001\\"","d":true}',
    '[]',
    '"x"',
    '12345678901234567890.123456789012',
  ])('writes %s as it was read', (text) => {
    const reading = readJson(text);
    expect(reading.ok && writeJson(reading.value)).toBe(text);
  });
});
