/** What a writer says about the stream it appends to. */
export type Expectation = bigint | 'none' | 'any' | 'exists';

/** Whether the proposed events are to be written, are stored already, or contradict the stream. */
export type Verdict =
  { readonly kind: 'append' } | { readonly kind: 'stored'; readonly last: bigint } | { readonly kind: 'conflict' };

/** What the rule has to know of the stream and of ids that were written a short while ago. */
export interface StreamFacts {
  /** Ids of all events that were ever written to the stream, in order of revision. */
  readonly ids: readonly string[];
  /** Whether the stream counts as existing for an `exists` expectation. */
  readonly exists: boolean;
  /** True when nobody ever wrote, or when the stream was deleted and may begin anew. */
  readonly isVacant: boolean;
  /** The revision under which a recent id was stored in this very stream. */
  recent(id: string): bigint | undefined;
}

/**
 * The server's rule of idempotency. An explicit expectation compares the ids at the revisions that follow it, for ever; an
 * open one only knows recent ids. Content is never compared.
 */
export function judge(expectation: Expectation, proposed: readonly string[], stream: StreamFacts): Verdict {
  if (expectation === 'any') return judgeOpen(proposed, stream);
  if (expectation === 'exists') return stream.exists ? judgeOpen(proposed, stream) : { kind: 'conflict' };
  if (expectation === 'none') return stream.isVacant ? { kind: 'append' } : judgeExact(-1n, proposed, stream);
  return judgeExact(expectation, proposed, stream);
}

function judgeExact(expected: bigint, proposed: readonly string[], stream: StreamFacts): Verdict {
  const head = BigInt(stream.ids.length) - 1n;
  if (expected === head) return { kind: 'append' };
  if (expected > head || proposed.length === 0) return { kind: 'conflict' };
  const first = Number(expected) + 1;
  const areStored = proposed.every((id, index) => stream.ids[first + index] === id);
  return areStored ? { kind: 'stored', last: expected + BigInt(proposed.length) } : { kind: 'conflict' };
}

function judgeOpen(proposed: readonly string[], stream: StreamFacts): Verdict {
  const [first, ...others] = proposed;
  const start = first === undefined ? undefined : stream.recent(first);
  if (start === undefined) return { kind: 'append' };
  const areStored = others.every((id, index) => stream.recent(id) === start + BigInt(index) + 1n);
  return areStored ? { kind: 'stored', last: start + BigInt(others.length) } : { kind: 'conflict' };
}
