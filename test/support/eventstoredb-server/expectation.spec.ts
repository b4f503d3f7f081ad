import { judge, type StreamFacts } from './expectation';

const streamOf = (...ids: readonly string[]): StreamFacts => ({
  ids,
  exists: ids.length > 0,
  isVacant: ids.length === 0,
  recent: (id) => (ids.includes(id) ? BigInt(ids.lastIndexOf(id)) : undefined),
});

describe("the server's rule of expectation and idempotency", () => {
  it('appends at the head, and at the beginning of a vacant stream', () => {
    expect(judge('none', ['a'], streamOf())).toEqual({ kind: 'append' });
    expect(judge(1n, ['c'], streamOf('a', 'b'))).toEqual({ kind: 'append' });
    expect(judge(1n, ['a'], streamOf('a', 'b'))).toEqual({ kind: 'append' });
    expect(judge('none', ['c'], { ...streamOf('a', 'b'), isVacant: true })).toEqual({ kind: 'append' });
  });

  it('recognises ids behind an explicit expectation for ever, and answers with the last one submitted', () => {
    const stream = streamOf('a', 'b', 'c', 'd');
    expect(judge('none', ['a', 'b'], stream)).toEqual({ kind: 'stored', last: 1n });
    expect(judge(0n, ['b', 'c', 'd'], stream)).toEqual({ kind: 'stored', last: 3n });
    expect(judge(1n, ['c'], stream)).toEqual({ kind: 'stored', last: 2n });
  });

  it('is a conflict when the first id differs, a later one differs or lies beyond the head, or the expectation is ahead', () => {
    const stream = streamOf('a', 'b');
    for (const ids of [['x'], ['a', 'x'], ['a', 'b', 'c'], []]) {
      expect(judge('none', ids, stream)).toEqual({ kind: 'conflict' });
    }
    expect(judge(2n, ['c'], stream)).toEqual({ kind: 'conflict' });
    expect(judge(0n, ['a'], streamOf())).toEqual({ kind: 'conflict' });
  });

  it('knows only recent ids for an open expectation', () => {
    expect(judge('any', ['b'], streamOf('a', 'b'))).toEqual({ kind: 'stored', last: 1n });
    expect(judge('any', ['a', 'b'], streamOf('a', 'b'))).toEqual({ kind: 'stored', last: 1n });
    expect(judge('any', ['a', 'x'], streamOf('a', 'b'))).toEqual({ kind: 'conflict' });
    expect(judge('any', ['a'], { ...streamOf('a', 'b'), recent: () => undefined })).toEqual({ kind: 'append' });
    expect(judge('exists', ['a'], streamOf())).toEqual({ kind: 'conflict' });
    expect(judge('exists', ['b'], streamOf('a'))).toEqual({ kind: 'append' });
  });
});
