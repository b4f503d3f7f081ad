import { murmur2, partitionOf } from './murmur2';

describe('the partition of a key', () => {
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as the tests of the Java client do', (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  it('is the one that kafkajs gives, for keys of all lengths and scripts', () => {
    expect(EXPECTED.map(([key]) => partitionOf(key, 12))).toEqual(EXPECTED.map(([, partition]) => partition));
  });
});

const EXPECTED: readonly (readonly [string, number])[] = [
  ['', 9],
  ['a', 4],
  ['ab', 2],
  ['default:ST-0042', 10],
  ['default:ST-0043', 6],
  ['acme:standort Zürich', 8],
  ['東京🔌', 0],
  ['tenant:station-0000001', 6],
  ['ÿ', 7],
  ['x'.repeat(255), 11],
];
