import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { unpackLz4 } from './lz4';
import { MalformedCompression, UNPACKED_BYTES_MAX } from './malformed';
import { unpackSnappy } from './snappy';

/** What the client asks of a codec: `encoder.buffer` holds the records to pack. */
export interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(packed: Buffer): Promise<Buffer>;
}

const gzipOf = promisify(gzip);
const gunzipOf = promisify(gunzip);
const zstdOf = promisify(zstdCompress);
const unzstdOf = promisify(zstdDecompress);
const LIMIT = { maxOutputLength: UNPACKED_BYTES_MAX };

/** Every codec that a Kafka producer may have used. The ledger itself packs with gzip and zstd only. */
export const CODECS: Readonly<Record<'gzip' | 'snappy' | 'lz4' | 'zstd', Codec>> = {
  gzip: {
    compress: ({ buffer }) => gzipOf(buffer),
    decompress: (packed) => unpacked('gzip', gunzipOf(packed, LIMIT)),
  },
  snappy: {
    compress: () => Promise.reject(new MalformedCompression('snappy', 'the ledger reads it, but does not write it')),
    decompress: async (packed) => Promise.resolve(unpackSnappy(packed)),
  },
  lz4: {
    compress: () => Promise.reject(new MalformedCompression('lz4', 'the ledger reads it, but does not write it')),
    decompress: async (packed) => Promise.resolve(unpackLz4(packed)),
  },
  zstd: {
    compress: ({ buffer }) => zstdOf(buffer),
    decompress: (packed) => unpacked('zstd', unzstdOf(packed, LIMIT)),
  },
};

/**
 * Makes every codec known to the client, in the whole process. Without it one message that a gateway packed with snappy, lz4
 * or zstd ends the consumer.
 */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.GZIP] = () => CODECS.gzip;
  CompressionCodecs[CompressionTypes.Snappy] = () => CODECS.snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => CODECS.lz4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => CODECS.zstd;
}

async function unpacked(format: 'gzip' | 'zstd', content: Promise<Buffer>): Promise<Buffer> {
  try {
    return await content;
  } catch (error) {
    throw new MalformedCompression(format, `does not unpack to at most ${UNPACKED_BYTES_MAX} bytes`, { cause: error });
  }
}
