import { unpackLz4 } from './lz4';
import { MalformedCompression } from './malformed';
import { JAVA_VALUE, PACKED, UNPACKED } from './packed.contract';

const packed = (name: keyof typeof PACKED): Buffer => Buffer.from(PACKED[name], 'base64');
const changed = (name: keyof typeof PACKED, at: number, byte: number): Buffer => {
  const copy = Buffer.from(packed(name));
  copy.writeUInt8(byte, at);
  return copy;
};

describe('unpackLz4', () => {
  it('reads blocks that refer back to those in front of them', () => {
    const expected = Buffer.concat(Array.from({ length: 60 }, () => UNPACKED));
    expect(unpackLz4(packed('lz4Linked')).equals(expected)).toBe(true);
  });

  it('reads blocks that stand alone and carry checksums', () => {
    expect(unpackLz4(packed('lz4Alone')).equals(UNPACKED)).toBe(true);
  });

  it('reads what the Java clients send', () => {
    expect(unpackLz4(packed('lz4Java')).toString('latin1').split(JAVA_VALUE)).toHaveLength(4);
  });

  it('reads blocks that could not be made smaller', () => {
    const frame = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 3, 0, 0, 0x80, 7, 8, 9, 0, 0, 0, 0]);
    expect([...unpackLz4(frame)]).toEqual([7, 8, 9]);
  });

  it.each(['lz4Linked', 'lz4Alone', 'lz4Java'] as const)('says so when %s is cut off anywhere', (name) => {
    const whole = packed(name);
    for (let length = 0; length < whole.length - 8; length += 1) {
      expect(() => unpackLz4(whole.subarray(0, length))).toThrow(/^lz4: /);
    }
  });

  it.each([
    ['is no frame', changed('lz4Java', 0, 5)],
    ['has an unknown version', changed('lz4Java', 4, 0x20)],
    ['needs a dictionary', changed('lz4Java', 4, 0x61)],
    ['has an unknown block size', changed('lz4Java', 5, 0x10)],
    ['announces another length', changed('lz4Linked', 6, 1)],
    ['announces more than may be unpacked', changed('lz4Linked', 10, 1)],
    ['copies from in front of the beginning', changed('lz4Java', 11, 0x0f)],
  ])('refuses a frame that %s', (_, frame) => {
    expect(() => unpackLz4(frame)).toThrow(MalformedCompression);
  });

  it('refuses a block that grows beyond the announced size of blocks', () => {
    const run = Buffer.alloc(300, 0xff);
    const block = Buffer.concat([Buffer.from([0x1f, 65, 1, 0]), run, Buffer.from([0, 0x10, 66])]);
    const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82, 0, 0, 0, 0]);
    head.writeUInt32LE(block.length, 7);
    expect(() => unpackLz4(Buffer.concat([head, block, Buffer.alloc(4)]))).toThrow('larger than announced');
  });
});
