import { MalformedCompression } from './malformed';
import { JAVA_VALUE, PACKED, UNPACKED } from './packed.contract';
import { unpackSnappy } from './snappy';

const packed = (name: keyof typeof PACKED): Buffer => Buffer.from(PACKED[name], 'base64');

describe('unpackSnappy', () => {
  it('reads a raw block as C and Go clients send it', () => {
    expect(unpackSnappy(packed('snappyBlock')).equals(UNPACKED)).toBe(true);
  });

  it('reads the framing of the Java clients', () => {
    expect(unpackSnappy(packed('snappyJava')).toString('latin1').split(JAVA_VALUE)).toHaveLength(4);
  });

  it('reads copies with distances of four bytes', () => {
    const block = Buffer.from([8, 0b1100, 1, 2, 3, 4, 0b1111, 4, 0, 0, 0]);
    expect([...unpackSnappy(block)]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
  });

  it('reads an empty block', () => {
    expect(unpackSnappy(Buffer.from([0]))).toHaveLength(0);
  });

  it.each(['snappyBlock', 'snappyJava'] as const)('says so when %s is cut off anywhere', (name) => {
    const whole = packed(name);
    for (let length = 0; length < whole.length; length += 1) {
      if (name === 'snappyJava' && length === 16) continue;
      expect(() => unpackSnappy(whole.subarray(0, length))).toThrow(/^snappy: /);
    }
  });

  it.each([
    ['announces a length without end', [0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
    ['copies from in front of the beginning', [4, 0b0000, 65, 0b0001, 2]],
    ['copies from nowhere', [5, 0b0000, 65, 0b0001, 0]],
    ['holds more than it announces', [1, 0b0100, 65, 66]],
    ['holds less than it announces', [3, 0b0100, 65, 66]],
  ])('refuses a block that %s', (_, bytes) => {
    expect(() => unpackSnappy(Buffer.from(bytes))).toThrow(MalformedCompression);
  });

  it('refuses what unpacks to more than it may, in one block or in several of the Java framing', () => {
    const announcing = (first: number): Buffer => Buffer.from([first, 0x80, 0x80, 0x20, 0]);
    expect(() => unpackSnappy(announcing(0x81))).toThrow('unpacks to more than');
    const framed = Buffer.concat([packed('snappyJava'), Buffer.from([0, 0, 0, 5]), announcing(0x80)]);
    expect(() => unpackSnappy(framed)).toThrow('unpacks to more than');
  });
});
