import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { priceContractLine } from '@ledger/tariff';

import { verdictOn } from './explain';
import { randomLine } from './random-lines';
import { answersOf, buildWitness, hasCargo, writeLines } from './witness';

/** Lines to compare, and the seed of the first one; both can be set. */
const LINES = +(process.env['DIFFERENTIAL_LINES'] ?? '2000');
const SEED = +(process.env['DIFFERENTIAL_SEED'] ?? '1');

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
    return (await answersOf(program, file)).split('\n').slice(0, -1);
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
});
