import fc from 'fast-check';
import { seal, type SealedValue, type SealPlace, unseal, unsealBytes } from '.';

const subject = '1b4e28ba-2fa1-41d2-883f-0016d3cca427';
const place: SealPlace = { source: 'd8494013-2110-5c96-80ab-cb8cef11fe8d', pointer: '/data/token/id' };
const key = Uint8Array.from({ length: 32 }, (_, index) => index);
const otherKey = new Uint8Array(32).fill(7);
const iv = Uint8Array.from({ length: 12 }, (_, index) => 100 + index);

/** Made by another implementation of HKDF and AES-GCM. */
const known: SealedValue = {
  alg: 'A256GCM+HKDF-S256',
  kid: subject,
  iv: 'ZGVmZ2hpamtsbW5v',
  ct: 'ft6mU9VrP5f81rJtiGz3EFzo9oDxM4ZV/7uB',
  kc: '42fa7da915407bc95231f1ba9c48a99acf33fcefcfe76d699be31d7d20c63421',
};

function codeOf(sealed: SealedValue, withKey = key, at = place): string {
  const opened = unseal(sealed, withKey, at);
  return opened.ok ? 'opened' : opened.code;
}

function withFlippedByte(base64: string, index: number): string {
  const bytes = Buffer.from(base64, 'base64');
  bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
  return bytes.toString('base64');
}

describe('seal', () => {
  it('gives the bytes that another implementation gives', () => {
    expect(seal('04A1B2C3 é', iv, { subject, key }, place)).toEqual(known);
  });

  it('opens what another implementation sealed', () => {
    expect(unseal(known, key, place)).toEqual({ ok: true, clear: '04A1B2C3 é' });
  });

  it('gives back every text and every bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (text, bytes) => {
        expect(unseal(seal(text, iv, { subject, key }, place), key, place)).toEqual({ ok: true, clear: text });
        const opened = unsealBytes(seal(bytes, iv, { subject, key }, place), key, place);
        expect(opened.ok && Buffer.compare(opened.clear, bytes)).toBe(0);
      }),
    );
  });

  it('does not show the clear text', () => {
    const sealed = seal('CANARY-04A1B2C3', iv, { subject, key }, place);
    const everything = `${JSON.stringify(sealed)}${Buffer.from(sealed.ct, 'base64').toString('latin1')}`;
    expect(everything).not.toContain('CANARY');
  });

  it('throws for arguments of the wrong form', () => {
    expect(() => seal('a', iv, { subject, key: key.subarray(1) }, place)).toThrow('32 bytes');
    expect(() => seal('a', iv.subarray(1), { subject, key }, place)).toThrow('12 bytes');
    expect(() => seal('a', iv, { subject, key }, { ...place, source: 'no-uuid' })).toThrow('UUID');
    expect(() => seal('a', iv, { subject: '', key }, place)).toThrow('subject');
    expect(() => seal('a', iv, { subject: 'a\nb', key }, place)).toThrow('line feed');
    expect(() => seal('a', iv, { subject, key }, { ...place, pointer: '/a\nb' })).toThrow('line feed');
    expect(() => seal('\ud800', iv, { subject, key }, place)).toThrow('surrogate');
  });
});

describe('unseal', () => {
  it('tells a wrong key before it decrypts', () => {
    expect(codeOf(known, otherKey)).toBe('seal-wrong-key');
    expect(codeOf({ ...known, kc: '0'.repeat(64) })).toBe('seal-wrong-key');
    expect(codeOf(known, key.subarray(1))).toBe('seal-wrong-key');
  });

  it('refuses a value that was moved to another message, field or subject', () => {
    expect(codeOf(known, key, { ...place, source: '0413461f-a122-5ef4-bfbb-abcdb806c103' })).toBe('seal-wrong-key');
    expect(codeOf(known, key, { ...place, source: 'no-uuid' })).toBe('seal-wrong-key');
    expect(codeOf(known, key, { ...place, pointer: '/data/token' })).toBe('seal-broken');
    expect(codeOf({ ...known, kid: '00000000-0000-4000-8000-000000000000' })).toBe('seal-broken');
  });

  it('refuses every changed byte', () => {
    const length = Buffer.from(known.ct, 'base64').length;
    for (let index = 0; index < length; index += 1) {
      expect(codeOf({ ...known, ct: withFlippedByte(known.ct, index) })).toBe('seal-broken');
    }
    expect(codeOf({ ...known, iv: withFlippedByte(known.iv, 0) })).toBe('seal-broken');
  });

  it.each<[string, Partial<Record<keyof SealedValue, string>>]>([
    ['another algorithm', { alg: 'none' }],
    ['a short iv', { iv: 'ZGVm' }],
    ['an iv that is not base64', { iv: 'ZGVmZ2hpamtsbW5_' }],
    ['a ciphertext shorter than its tag', { ct: 'ft6mU9Vr' }],
    ['a ciphertext with blanks', { ct: ` ${known.ct}` }],
    ['a short commitment', { kc: known.kc.slice(2) }],
    ['a commitment in upper case', { kc: known.kc.toUpperCase() }],
    ['a subject with a line feed', { kid: 'a\nb' }],
  ])('calls %s malformed', (_, change) => {
    expect(codeOf({ ...known, ...change } as SealedValue)).toBe('seal-malformed');
  });

  it('gives bytes that are not text only as bytes', () => {
    const sealed = seal(Uint8Array.of(0xff), iv, { subject, key }, place);
    expect(codeOf(sealed)).toBe('seal-not-text');
    expect(unsealBytes(sealed, key, place)).toEqual({ ok: true, clear: Buffer.from([0xff]) });
  });
});
