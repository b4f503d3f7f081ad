import type { Statement } from '@ledger/meter';
import type { Finding } from '../assessment';

/** Most gaps that are listed one by one; further ones are joined into the last. */
const GAPS_MAX = 50;

/**
 * Missing sequence numbers, as `first-last` or a single number: from the start's number (0 when the start is missing) to
 * the highest one seen (OCPP 2.0.1, TransactionEventRequest: seqNo counts up within a transaction).
 */
export function gapsOf(statements: readonly Statement[]): readonly string[] {
  const numbers: number[] = [];
  for (const { seqNo } of statements) if (seqNo !== undefined) numbers.push(seqNo);
  const sorted = numbers.sort((one, other) => one - other);
  const started = statements.find(({ kind, seqNo }) => kind === 'started' && seqNo !== undefined);
  const gaps: { readonly from: number; readonly to: number }[] = [];
  let expected = started?.seqNo ?? 0;
  for (const seqNo of sorted) {
    if (seqNo > expected) gaps.push({ from: expected, to: seqNo - 1 });
    expected = Math.max(expected, seqNo + 1);
  }
  const further = gaps.slice(GAPS_MAX - 1);
  const first = further[0];
  const last = further.at(-1);
  const listed =
    first === undefined || last === undefined
      ? gaps
      : [...gaps.slice(0, GAPS_MAX - 1), { from: first.from, to: last.to }];
  return listed.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
}

/** The finding of a session in whose sequence numbers some are missing. */
export function gapFindings(gaps: readonly string[]): readonly Finding[] {
  if (gaps.length === 0) return [];
  return [
    {
      code: 'gap',
      because: 'Statements are missing: their sequence numbers were never received.',
      value: gaps.join(', '),
    },
  ];
}
