import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import { CompressionCodecs, CompressionTypes } from 'kafkajs';
import { unpackLz4 } from './lz4';
import { MalformedCompression, UNPACKED_BYTES_MAX } from './malformed';
import { unpackSnappy } from './snappy';
import { standInsFor } from './stand-ins';

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
    decompress: (packed) => orStandIns(packed, () => unpacked('gzip', gunzipOf(packed, LIMIT))),
  },
  snappy: {
    compress: () => Promise.reject(new MalformedCompression('snappy', 'the ledger reads it, but does not write it')),
    decompress: (packed) => orStandIns(packed, () => unpackSnappy(packed)),
  },
  lz4: {
    compress: () => Promise.reject(new MalformedCompression('lz4', 'the ledger reads it, but does not write it')),
    decompress: (packed) => orStandIns(packed, () => unpackLz4(packed)),
  },
  zstd: {
    compress: ({ buffer }) => zstdOf(buffer),
    decompress: (packed) => orStandIns(packed, () => unpacked('zstd', unzstdOf(packed, LIMIT))),
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

/** What was packed, or stand-ins where it cannot be unpacked. An error here would end the consumer at this place each time. */
async function orStandIns(packed: Buffer, unpack: () => Buffer | Promise<Buffer>): Promise<Buffer> {
  try {
    return await unpack();
  } catch (error) {
    if (error instanceof MalformedCompression) return standInsFor(packed, error);
    throw error;
  }
}

async function unpacked(format: 'gzip' | 'zstd', content: Promise<Buffer>): Promise<Buffer> {
  try {
    return await content;
  } catch (error) {
    throw new MalformedCompression(format, `does not unpack to at most ${UNPACKED_BYTES_MAX} bytes`, { cause: error });
  }
}
