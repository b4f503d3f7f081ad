import type { ReadChange, ReadRow } from '@ledger/ports';
import fc from 'fast-check';
import { foldChanges } from './changes';

const row = (id: string, body = '{}', tenant = 'default'): ReadRow => ({ tenant, id, sort: '', columns: {}, body });
const put = (id: string, body?: string): ReadChange => ({ kind: 'put', table: 'tariffs', row: row(id, body) });
const gone = (id: string): ReadChange => ({ kind: 'delete', table: 'tariffs', tenant: 'default', id });

describe('the changes of a batch', () => {
  it('come to the last one of each row', () => {
    expect(foldChanges([put('a', '1'), gone('b'), put('a', '2'), put('b', '3'), put('c', '4'), gone('c')])).toEqual([
      { table: 'tariffs', puts: [row('a', '2'), row('b', '3')], deletes: [{ tenant: 'default', id: 'c' }] },
    ]);
  });

  it('keep tables and tenants apart', () => {
    const other: ReadChange = { kind: 'put', table: 'charges', row: row('a') };
    const twins: readonly ReadChange[] = [
      { kind: 'put', table: 'tariffs', row: row('bc', '{}', 'a') },
      { kind: 'put', table: 'tariffs', row: row('c', '{}', 'ab') },
    ];
    expect(foldChanges([put('a'), other]).map(({ table }) => table)).toEqual(['charges', 'tariffs']);
    expect(foldChanges(twins)[0]?.puts).toHaveLength(2);
  });

  it('come in one order, however the batch was ordered', () => {
    const ids = fc.uniqueArray(fc.string(), { minLength: 2 });
    fc.assert(
      fc.property(ids, (some) => {
        const changes = some.map((id) => put(id));
        expect(foldChanges(changes.toReversed())).toEqual(foldChanges(changes));
      }),
    );
  });

  it('of nothing are nothing', () => {
    expect(foldChanges([])).toEqual([]);
  });
});
