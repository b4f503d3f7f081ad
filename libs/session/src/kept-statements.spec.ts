import { KeptStatements, type Kept } from './kept-statements';
import { said } from './statement-builder';

function kept(identity: string, chargingState: 'charging' | 'idle' = 'charging'): Kept {
  const statement = said({ kind: 'updated', at: '08:00', identity, chargingState });
  return { statement, origin: undefined, verdict: 'recorded', revision: 0 };
}

describe('KeptStatements', () => {
  it('finds all contents of an identity, the newest first', () => {
    const one = kept('a', 'charging');
    const other = kept('a', 'idle');
    const statements = KeptStatements.none.with(one).with(kept('b')).with(other);
    expect([...statements.of('a')].map(({ statement }) => statement.digest)).toEqual([
      other.statement.digest,
      one.statement.digest,
    ]);
    expect(statements.size).toBe(3);
  });

  it('leaves an earlier collection as it was when a later one grows', () => {
    const first = KeptStatements.none.with(kept('a'));
    const second = first.with(kept('b'));
    expect(first.has('b')).toBe(false);
    expect([...first.statements()]).toHaveLength(1);
    expect(second.has('b')).toBe(true);
  });

  it('can be given the same addition twice, as a decision and its fold do', () => {
    const addition = kept('b');
    const first = KeptStatements.none.with(kept('a'));
    const tried = first.with(addition);
    const again = first.with(addition).with(kept('c'));
    expect([...again.statements()].map(({ identity }) => identity)).toEqual(['a', 'b', 'c']);
    expect(tried.has('c')).toBe(false);
  });

  it('keeps two continuations of the same collection apart', () => {
    const first = KeptStatements.none.with(kept('a'));
    const left = first.with(kept('left'));
    const right = first.with(kept('right'));
    expect([...left.statements()].map(({ identity }) => identity)).toEqual(['a', 'left']);
    expect([...right.statements()].map(({ identity }) => identity)).toEqual(['a', 'right']);
    expect(right.has('left')).toBe(false);
    expect(KeptStatements.none.size).toBe(0);
  });
});
