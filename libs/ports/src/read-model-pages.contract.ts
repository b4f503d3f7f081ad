import { BadCursor, type PageQuery, type ReadModel } from './read-model';
import { firstBatch, idsOf, pagesOf, put, row, store } from './read-model-rows.contract';
import { reasonOf, unique } from './trial.contract';

/** The part of the contract for pages. */
export function answersPages(model: () => ReadModel): void {
  const day = (number: number): string => `2026-06-${String(number).padStart(2, '0')}T00:00:00.000Z`;

  it('orders by sort and id, newest first as the exact reverse, or by id', async () => {
    const tenant = unique('tenant');
    const places = [
      ['d', 1],
      ['b', 2],
      ['a', 3],
      ['c', 2],
      ['Z', 2],
      ['é', 2],
    ] as const;
    await store(
      model(),
      'sessions',
      places.map(([id, at]) => row(tenant, id, { sort: day(at) })),
    );
    const oldest = ['d', 'Z', 'b', 'c', 'é', 'a'];
    expect(await idsOf(model(), { table: 'sessions', tenant, order: 'oldest-first' })).toEqual(oldest);
    expect(await idsOf(model(), { table: 'sessions', tenant, order: 'newest-first' })).toEqual(oldest.toReversed());
    expect(await idsOf(model(), { table: 'sessions', tenant, order: 'by-id' })).toEqual(['Z', 'a', 'b', 'c', 'd', 'é']);
  });

  it.each(['newest-first', 'oldest-first', 'by-id'] as const)(
    'gives each row once over all pages, %s',
    async (order) => {
      const tenant = unique('tenant');
      const ids = Array.from({ length: 23 }, (_, index) => `r${String(index).padStart(2, '0')}`);
      await store(
        model(),
        'receipts',
        ids.map((id, index) => row(tenant, id, { sort: day(1 + (index % 3)) })),
      );
      const whole = await idsOf(model(), { table: 'receipts', tenant, order });
      expect(whole.toSorted()).toEqual(ids);
      for (const limit of [1, 5, 22, 23, 24]) {
        const pages = await pagesOf(model(), { table: 'receipts', tenant, order, limit });
        expect(pages.flat()).toEqual(whole);
        expect(pages).toHaveLength(Math.ceil(23 / limit));
      }
    },
  );

  it('goes on behind the last row of a page, whatever came and went meanwhile', async () => {
    const tenant = unique('tenant');
    const query: PageQuery = { table: 'receipts', tenant, order: 'newest-first', limit: 3 };
    await store(
      model(),
      'receipts',
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => row(tenant, id)),
    );
    const first = await model().page(query);
    expect(first.rows.map((each) => each.id)).toEqual(['f', 'e', 'd']);
    await model().apply(
      firstBatch([
        put('receipts', row(tenant, 'newer', { sort: day(9) })),
        { kind: 'delete', table: 'receipts', tenant, id: 'd' },
        put('receipts', row(tenant, 'bb')),
      ]),
    );
    const second = await model().page({ ...query, cursor: first.next ?? '' });
    expect(second.rows.map((each) => each.id)).toEqual(['c', 'bb', 'b']);
  });

  it('answers an empty page without a next one where nothing matches', async () => {
    expect(await model().page({ table: 'sessions', tenant: unique('tenant'), order: 'by-id', limit: 5 })).toEqual({
      rows: [],
    });
  });

  it('filters by columns that all must match, and by the range of sort', async () => {
    const tenant = unique('tenant');
    const at = (id: string, station: string, status: string, on: number): ReturnType<typeof row> =>
      row(tenant, id, { sort: day(on), columns: { station, status } });
    const rows = [
      at('a', 'S1', 'open', 1),
      at('b', 'S1', 'closed', 2),
      at('c', 'S2', 'open', 3),
      at('d', 'S1', 'open', 4),
    ];
    await store(model(), 'sessions', [...rows, row(tenant, 'e', { sort: day(5) })]);
    const ids = (rest: Partial<PageQuery>): Promise<string[]> => idsOf(model(), { table: 'sessions', tenant, ...rest });
    expect(await ids({ where: { station: 'S1' } })).toEqual(['a', 'b', 'd']);
    expect(await ids({ where: { station: 'S1', status: 'open' } })).toEqual(['a', 'd']);
    expect(await ids({ where: { station: 's1' } })).toEqual([]);
    expect(await ids({ from: day(2), to: day(4) })).toEqual(['b', 'c']);
    expect(await ids({ from: day(4) })).toEqual(['d', 'e']);
    expect(await ids({ where: { station: 'S1' }, to: day(2), order: 'newest-first' })).toEqual(['a']);
    expect(
      await pagesOf(model(), { table: 'sessions', tenant, where: { station: 'S1' }, order: 'newest-first', limit: 2 }),
    ).toEqual([['d', 'b'], ['a']]);
  });

  describe('by another column than sort', () => {
    const changed = (tenant: string, id: string, on: number, rest: object = {}): ReturnType<typeof row> =>
      row(tenant, id, { sort: day(30 - on), columns: { changed_at: day(on), ...rest } });

    it('orders and bounds by it, finds only rows that have it, and sums them', async () => {
      const tenant = unique('tenant');
      const rows = [
        changed(tenant, 'd', 1, { state: 'final' }),
        changed(tenant, 'b', 2, { state: 'held' }),
        changed(tenant, 'a', 3, { state: 'final' }),
        changed(tenant, 'c', 2, { state: 'final' }),
      ];
      await store(model(), 'charges', [...rows, row(tenant, 'never', { columns: { state: 'final' } })]);
      const by = { table: 'charges', tenant, by: 'changed_at' } as const;
      const ids = (rest: Partial<PageQuery>): Promise<string[]> => idsOf(model(), { ...by, ...rest });
      expect(await ids({})).toEqual(['d', 'b', 'c', 'a']);
      expect(await ids({ order: 'newest-first' })).toEqual(['a', 'c', 'b', 'd']);
      expect(await ids({ order: 'by-id' })).toEqual(['a', 'b', 'c', 'd']);
      expect(await ids({ where: { state: 'final' }, from: day(2) })).toEqual(['c', 'a']);
      expect(await ids({ to: day(2) })).toEqual(['d']);
      expect(await pagesOf(model(), { ...by, order: 'oldest-first', limit: 1 })).toEqual([['d'], ['b'], ['c'], ['a']]);
      expect(await model().totals({ ...by, where: { state: 'final' } })).toMatchObject([{ count: 3 }]);
      expect(await model().totals({ ...by, from: day(2), to: day(3) })).toMatchObject([{ count: 2 }]);
      expect(await model().count({ ...by, where: { state: 'final' } })).toBe(3);
      expect(await model().count({ ...by, from: day(2), to: day(3) })).toBe(2);
      expect(await model().count({ table: 'charges', tenant })).toBe(5);
    });

    it('misses no row that does not change while it is paged, and meets what changes once more behind it', async () => {
      const tenant = unique('tenant');
      const query: PageQuery = { table: 'sessions', tenant, by: 'changed_at', order: 'oldest-first', limit: 2 };
      await store(
        model(),
        'sessions',
        ['a', 'b', 'c', 'd', 'e'].map((id, at) => changed(tenant, id, at + 1)),
      );
      const first = await model().page(query);
      expect(first.rows.map(({ id }) => id)).toEqual(['a', 'b']);
      await store(model(), 'sessions', [changed(tenant, 'a', 8), changed(tenant, 'b', 9), changed(tenant, 'new', 10)]);
      const rest = await pagesOf(model(), { ...query, cursor: first.next ?? '' });
      expect(rest.flat()).toEqual(['c', 'd', 'e', 'a', 'b', 'new']);
    });

    it('refuses a column that the table does not have, and the cursor of another order', async () => {
      const tenant = unique('tenant');
      const query = { table: 'charges', tenant, order: 'oldest-first', limit: 1 } as const;
      await store(model(), 'charges', [changed(tenant, 'a', 1), changed(tenant, 'b', 2)]);
      expect(await reasonOf(model().page({ ...query, by: 'meter_at' }))).toBeInstanceOf(RangeError);
      expect(await reasonOf(model().totals({ table: 'charges', tenant, by: 'meter_at' }))).toBeInstanceOf(RangeError);
      const { next: cursor = '' } = await model().page({ ...query, by: 'changed_at' });
      expect(await reasonOf(model().page({ ...query, cursor }))).toBeInstanceOf(BadCursor);
    });
  });

  it('passes rows over where it is asked to', async () => {
    const tenant = unique('tenant');
    await store(
      model(),
      'sessions',
      ['a', 'b', 'c', 'd'].map((id) => row(tenant, id)),
    );
    const query: PageQuery = { table: 'sessions', tenant, order: 'by-id', limit: 2 };
    const ids = async (rest: Partial<PageQuery>): Promise<string[]> =>
      (await model().page({ ...query, ...rest })).rows.map(({ id }) => id);
    expect(await ids({ skip: 0 })).toEqual(['a', 'b']);
    expect(await ids({ skip: 1 })).toEqual(['b', 'c']);
    expect(await ids({ skip: 3 })).toEqual(['d']);
    expect(await ids({ skip: 4 })).toEqual([]);
    const { next: cursor = '' } = await model().page({ ...query, skip: 1, limit: 1 });
    expect(await ids({ cursor })).toEqual(['c', 'd']);
    expect(await ids({ cursor, skip: 1 })).toEqual(['d']);
    for (const skip of [-1, 0.5, NaN])
      expect(await reasonOf(model().page({ ...query, skip }))).toBeInstanceOf(RangeError);
  });

  it('filters by an upper bound, which absent columns never meet', async () => {
    const tenant = unique('tenant');
    const due = (id: string, at?: string): ReturnType<typeof row> =>
      row(tenant, id, { columns: at === undefined ? {} : { due_at: at } });
    await store(model(), 'sessions', [due('a', day(1)), due('b', day(2)), due('c', day(3)), due('d')]);
    const atMost = { column: 'due_at', text: day(2) } as const;
    expect(await idsOf(model(), { table: 'sessions', tenant, atMost })).toEqual(['a', 'b']);
  });

  it('spans tenants where none is asked for, and gives each row once also when ids are the same', async () => {
    const [one, other, mark] = [unique('tenant'), unique('tenant'), unique('status')];
    const columns = { status: mark, due_at: day(1) };
    for (const tenant of [one, other]) {
      await store(
        model(),
        'sessions',
        ['a', 'b', 'c'].map((id) => row(tenant, id, { columns })),
      );
    }
    for (const order of ['oldest-first', 'newest-first', 'by-id'] as const) {
      const query: PageQuery = {
        table: 'sessions',
        where: { status: mark },
        atMost: { column: 'due_at', text: day(1) },
        order,
        limit: 1,
      };
      const ids = (await pagesOf(model(), query)).flat();
      expect(ids).toEqual(order === 'newest-first' ? ['c', 'c', 'b', 'b', 'a', 'a'] : ['a', 'a', 'b', 'b', 'c', 'c']);
    }
  });

  it('refuses cursors of other questions and what never was a cursor', async () => {
    const tenant = unique('tenant');
    await store(
      model(),
      'sessions',
      ['a', 'b', 'c'].map((id) => row(tenant, id)),
    );
    const query: PageQuery = { table: 'sessions', tenant, order: 'oldest-first', limit: 1 };
    const { next: cursor = '' } = await model().page(query);
    expect((await model().page({ ...query, limit: 2, cursor })).rows.map((each) => each.id)).toEqual(['b', 'c']);
    const others: Partial<PageQuery>[] = [
      { order: 'newest-first' },
      { tenant: unique('tenant') },
      { table: 'charges' },
      { where: { status: 'open' } },
      { from: '2026' },
    ];
    for (const other of others) {
      expect(await reasonOf(model().page({ ...query, ...other, cursor }))).toBeInstanceOf(BadCursor);
    }
    for (const bad of ['', 'x', `${cursor}AAAA`, cursor.slice(0, -4), 'bnVsbA', 'W10', 'x'.repeat(100_000)]) {
      expect(await reasonOf(model().page({ ...query, cursor: bad }))).toMatchObject({ code: 'bad-cursor' });
    }
  });
}
