import { gzipSync, zstdCompressSync } from 'node:zlib';
import { createRequire } from 'node:module';
import type { KafkaMessage } from 'kafkajs';
import { fromWire, isHere } from '../feed-record';
import { CODECS, registerCodecs } from './codecs';

/** The client's own reading of what a broker answers. */
const client = createRequire(__filename);
const Decoder = client('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object;
const decodeBatch = client('kafkajs/src/protocol/recordBatch/v0/decoder') as (
  decoder: object,
) => Promise<{ readonly records: readonly KafkaMessage[] }>;

const TOO_MUCH = Buffer.alloc(65 * 1024 * 1024);
const FIRST_OFFSET = 700n;

/** A record batch (KIP-98, message format 2) of so many records, with these bytes as its packed records. */
function batchOf(packed: Buffer, codec: 1 | 4, records: number): Buffer {
  const header = Buffer.alloc(61);
  header.writeBigInt64BE(FIRST_OFFSET, 0);
  header.writeInt32BE(49 + packed.length, 8);
  header.writeInt8(2, 16);
  header.writeInt16BE(codec, 21);
  header.writeInt32BE(records - 1, 23);
  header.writeBigInt64BE(1_780_300_800_000n, 27);
  header.writeBigInt64BE(1_780_300_800_000n, 35);
  header.writeBigInt64BE(-1n, 43);
  header.writeInt16BE(-1, 51);
  header.writeInt32BE(-1, 53);
  header.writeInt32BE(records, 57);
  return Buffer.concat([header, packed]);
}

describe('a record batch that cannot be unpacked', () => {
  beforeAll(registerCodecs);

  it.each([
    ['gzip of too much', gzipSync(TOO_MUCH), 1],
    ['zstd of too much', zstdCompressSync(TOO_MUCH), 4],
    ['no gzip at all', Buffer.from('this is no gzip'), 1],
  ] as const)('is one record that holds it whole and says why: %s', async (_, packed, codec) => {
    for (const records of [1, 3, 20_000]) {
      const { records: decoded } = await decodeBatch(new Decoder(batchOf(packed, codec, records)));
      expect(decoded).toHaveLength(records);
      expect(decoded.map(({ offset }) => BigInt(offset) - FIRST_OFFSET)).toEqual(
        Array.from({ length: records }, (__, at) => BigInt(at)),
      );
      const kept = decoded.filter(isHere).map(fromWire);
      expect(kept).toHaveLength(1);
      expect(kept[0]).toMatchObject({ offset: FIRST_OFFSET + BigInt(records - 1), key: null, headers: {} });
      expect(kept[0]?.unreadable).toContain('does not unpack to at most 67108864 bytes');
      expect(Buffer.from(kept[0]?.value ?? []).equals(packed)).toBe(true);
    }
  });

  it('is refused where its header cannot be made out, or announces more records than the client can take', async () => {
    const packed = gzipSync(TOO_MUCH);
    await expect(CODECS.gzip.decompress(packed)).rejects.toMatchObject({ code: 'malformed-compression' });
    const batch = batchOf(packed, 1, 1_000_000);
    await expect(decodeBatch(new Decoder(batch))).rejects.toMatchObject({ code: 'malformed-compression' });
  });

  it('cannot be claimed by a gateway', () => {
    const claimed = { unreadable: 'x', dropped: 'x', 'unreadable-': 'x', 'dropped-': 'x' };
    const message = { offset: '1', key: null, value: null, timestamp: '0', headers: claimed, attributes: 0 };
    expect(isHere(message)).toBe(true);
    expect(fromWire(message)).toMatchObject({ headers: claimed });
    expect(fromWire(message).unreadable).toBeUndefined();
  });
});
