import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';

import { priceContractLine } from '@ledger/tariff';

import { priceLines } from '../../../apps/ledgerctl/src/price-lines';
import { verdictOn } from './explain';
import { randomLine } from './random-lines';
import { answersOf, buildWitness, hasCargo, writeLines } from './witness';

/** Lines to compare, and the seed of the first one; both can be set. */
const LINES = +(process.env['DIFFERENTIAL_LINES'] ?? '2000');
const SEED = +(process.env['DIFFERENTIAL_SEED'] ?? '1');
/** Lines of the speed run, and how often it is repeated; the best time of each engine counts. */
const SPEED_LINES = 20_000;
const SPEED_RUNS = 3;

const isPossible = hasCargo();
if (!isPossible)
  process.stdout.write('skipped: no Rust toolchain (cargo) is here, so there is no other engine to ask\n');

(isPossible ? describe : describe.skip)('the price of random sessions under random tariffs', () => {
  let program: string;
  let folder: string;
  const lines = Array.from({ length: LINES }, (_, at) => randomLine(SEED + at));

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prices-'));
    program = await buildWitness();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function theirs(some: readonly string[]): Promise<readonly string[]> {
    const file = join(folder, 'lines.jsonl');
    writeLines(file, some);
    const { answers } = await answersOf(program, file);
    return answers.split('\n').slice(0, -1);
  }

  it('is that of the ocpi-tariffs crate, but for readings of open questions that are written down', async () => {
    const answers = await theirs(lines);
    expect(answers).toHaveLength(lines.length);
    const counts = new Map<string, number>();
    const unexplained: string[] = [];
    lines.forEach((line, at) => {
      const verdict = verdictOn(line, answers[at] ?? '');
      counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
      if (verdict === 'unexplained' || verdict.startsWith('refused')) {
        unexplained.push([verdict, line, answers[at], priceContractLine(line)].join('\n'));
      }
    });
    const table = [...counts].sort(([, a], [, b]) => b - a).map(([verdict, count]) => `${count}\t${verdict}`);
    process.stdout.write(`${lines.length} sessions compared:\n${table.join('\n')}\n`);
    expect(unexplained.slice(0, 3)).toEqual([]);
    expect(counts.get('same') ?? 0).toBeGreaterThan(LINES / 2);
  });

  it('would be found to differ if it did', () => {
    const line = lines.find((one) => /"excl_vat":[1-9]/.test(priceContractLine(one))) ?? '';
    const answer = priceContractLine(line);
    expect(verdictOn(line, answer)).toBe('same');
    const tampered = answer.replace(/"excl_vat":[0-9.]+/, '"excl_vat":123456');
    expect(verdictOn(line, tampered)).toBe('unexplained');
  });

  it('is computed at a speed that is told beside that of the crate', async () => {
    const many = Array.from({ length: SPEED_LINES }, (_, at) => lines[at % lines.length] ?? '');
    const file = join(folder, 'speed.jsonl');
    writeLines(file, many);
    let [own, other] = [Infinity, Infinity];
    for (let run = 0; run < SPEED_RUNS; run += 1) {
      other = Math.min(other, (await answersOf(program, file)).seconds);
      own = Math.min(own, await ownSeconds(file));
    }
    const perSecond = (seconds: number): string => `${Math.round(SPEED_LINES / seconds)} sessions/s`;
    process.stdout.write(
      `speed over the line protocol: ledger ${perSecond(own)}, crate ${perSecond(other)}, ratio ${(other / own).toFixed(2)}\n`,
    );
    expect(own).toBeLessThan(Infinity);
  });
});

async function ownSeconds(file: string): Promise<number> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const begin = performance.now();
  await priceLines(createReadStream(file, { highWaterMark: 1 << 20 }), nowhere);
  return (performance.now() - begin) / 1_000;
}
