import fc from 'fast-check';
import { fromStoredText, toStoredText } from './text';

const texts = fc.string({
  unit: fc.oneof(fc.constantFrom('\u0000', '\u0001', '\u0002', 'a'), fc.string({ unit: 'grapheme', minLength: 1 })),
});

describe('stored text', () => {
  it('comes back as it was and never holds U+0000', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const stored = toStoredText(text);
        expect(stored).not.toContain('\u0000');
        expect(fromStoredText(stored)).toBe(text);
      }),
    );
  });

  it('keeps the order of bytes', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const stored = Buffer.compare(Buffer.from(toStoredText(a)), Buffer.from(toStoredText(b)));
        expect(stored).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  it('leaves ordinary text alone', () => {
    expect(toStoredText('ST-0042 é 🚗\t')).toBe('ST-0042 é 🚗\t');
  });
});
