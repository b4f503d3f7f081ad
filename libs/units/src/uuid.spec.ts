import { isUuid, uuidBytes, uuidDigits, uuidV5 } from '.';

const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

describe('uuidV5', () => {
  it('gives the example of RFC 9562, appendix A.4', () => {
    expect(uuidV5('www.example.com', DNS)).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  // Computed with another implementation.
  it.each([
    ['default\nST-0042\n7d0c', 'd8494013-2110-5c96-80ab-cb8cef11fe8d'],
    ['', '0413461f-a122-5ef4-bfbb-abcdb806c103'],
    ['Zürich ⚡', 'd5ba24e3-b27c-5a95-beb0-3dd3aec32980'],
  ])('names %j in the namespace of the ledger', (name, id) => {
    expect(uuidV5(name)).toBe(id);
  });

  it('refuses a namespace that is no UUID', () => {
    expect(() => uuidV5('a', 'dns')).toThrow('namespace');
  });
});

describe('a UUID', () => {
  it('has 16 bytes', () => {
    expect(uuidDigits(DNS)).toBe('6ba7b8109dad11d180b400c04fd430c8');
    expect(uuidBytes(DNS)?.toString('hex')).toBe('6ba7b8109dad11d180b400c04fd430c8');
  });

  it.each([DNS.toUpperCase(), `${DNS}0`, DNS.slice(1), `{${DNS}}`, DNS.replaceAll('-', ''), `${DNS}\n`, ''])(
    'is not %j',
    (text) => {
      expect(isUuid(text)).toBe(false);
      expect(uuidBytes(text)).toBeUndefined();
    },
  );
});
