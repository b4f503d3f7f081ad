import { isDigest, sha256Hex, sha256Stream } from '.';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('a digest', () => {
  it('is the SHA-256 of UTF-8 text or of bytes (FIPS 180-4)', () => {
    expect(sha256Hex('abc')).toBe(ABC);
    expect(sha256Hex(Buffer.from('abc'))).toBe(ABC);
    expect(sha256Hex('é')).toBe(sha256Hex(Uint8Array.of(0xc3, 0xa9)));
  });

  it('is the same for content that comes in parts', () => {
    const running = sha256Stream();
    running.update('a');
    running.update(Uint8Array.of(0x62));
    running.update('c');
    expect(running.hex()).toBe(ABC);
  });

  it('is told from other text', () => {
    expect([ABC, ABC.toUpperCase(), ABC.slice(1), `${ABC}\n`, ''].map(isDigest)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
  });
});
