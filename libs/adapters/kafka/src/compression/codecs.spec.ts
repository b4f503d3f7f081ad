import { gzipSync, zstdCompressSync } from 'node:zlib';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { CODECS, registerCodecs } from './codecs';
import { PACKED, UNPACKED } from './packed.contract';

describe('CODECS', () => {
  it.each([
    ['gzip', gzipSync(UNPACKED)],
    ['zstd', zstdCompressSync(UNPACKED)],
    ['snappy', Buffer.from(PACKED.snappyBlock, 'base64')],
    ['lz4', Buffer.from(PACKED.lz4Alone, 'base64')],
  ] as const)('unpack %s', async (name, packed) => {
    expect((await CODECS[name].decompress(packed)).equals(UNPACKED)).toBe(true);
  });

  it.each(['gzip', 'zstd'] as const)('pack with %s what they unpack', async (name) => {
    const packed = await CODECS[name].compress({ buffer: UNPACKED });
    expect((await CODECS[name].decompress(packed)).equals(UNPACKED)).toBe(true);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(65 * 1024 * 1024))],
    ['zstd', zstdCompressSync(Buffer.alloc(65 * 1024 * 1024))],
    ['gzip', Buffer.from('no gzip')],
  ] as const)('refuse %s that grows too large or is none, for good', async (name, packed) => {
    await expect(CODECS[name].decompress(packed)).rejects.toMatchObject({
      code: 'malformed-compression',
      retriable: false,
    });
  });

  it.each(['snappy', 'lz4'] as const)('do not write %s', async (name) => {
    await expect(CODECS[name].compress({ buffer: UNPACKED })).rejects.toThrow('does not write it');
  });
});

describe('registerCodecs', () => {
  it('makes all codecs known to the client', () => {
    registerCodecs();
    const { GZIP, Snappy, LZ4, ZSTD } = CompressionTypes;
    const known: unknown[] = ([GZIP, Snappy, LZ4, ZSTD] as const).map((type) => CompressionCodecs[type]() as unknown);
    expect(known).toEqual([CODECS.gzip, CODECS.snappy, CODECS.lz4, CODECS.zstd]);
  });
});
