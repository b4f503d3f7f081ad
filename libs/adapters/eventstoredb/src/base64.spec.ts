import { Message } from 'google-protobuf';
import fc from 'fast-check';
import { decodeBase64Natively } from './base64';

describe("base64 in the client's messages", () => {
  it('gives the bytes that the library itself makes of it', () => {
    const library = Message.bytesAsU8.bind(Message);
    decodeBase64Natively();
    // The library's own decoder refuses what is no base64.
    expect(() => library('?')).toThrow();
    expect(() => Message.bytesAsU8('?')).not.toThrow();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(Uint8Array.from(Message.bytesAsU8(text))).toEqual(library(text));
        expect(Uint8Array.from(Message.bytesAsU8(text))).toEqual(bytes);
      }),
    );
  });

  it('leaves bytes and what is missing to the library', () => {
    decodeBase64Natively();
    const bytes = Uint8Array.of(1, 2, 3) as unknown as string;
    expect(Message.bytesAsU8(bytes)).toBe(bytes);
    expect(Message.bytesAsU8(null as unknown as string)).toBeNull();
  });
});
