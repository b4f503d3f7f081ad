import type { ReadModel } from './read-model';
import { idsOf, put, row, store } from './read-model-rows.contract';
import { reasonOf, unique, type Trial } from './trial.contract';

/** The part of the contract for rebuilding beside the live tables. Uses `locations` and `assignments` alone. */
export function rebuilds(trial: () => Trial<ReadModel>): void {
  const model = (): ReadModel => trial().port;
  const TABLES = ['locations', 'assignments'] as const;

  it('fills tables beside the live ones and puts them in their place in one step', async () => {
    const [tenant, projection, untouched] = [unique('tenant'), unique('projection'), unique('projection')];
    const body = (text: string): ReturnType<typeof put> => put('locations', row(tenant, 'a', { body: text }));
    await model().apply({
      projection,
      expected: 'none',
      position: 3n,
      mark: { position: 3n, id: 'old' },
      changes: [body('old'), put('locations', row(tenant, 'gone'))],
    });
    await model().apply({
      projection: untouched,
      expected: 'none',
      position: 8n,
      changes: [put('tariffs', row(tenant, 't'))],
    });
    const rebuild = await model().rebuild(TABLES, [projection]);
    expect(await rebuild.checkpoint(projection)).toBe('none');
    expect(await idsOf(rebuild, { table: 'locations', tenant })).toEqual([]);
    await rebuild.apply({
      projection,
      expected: 'none',
      position: 4n,
      mark: { position: 4n, id: 'new' },
      changes: [body('new'), put('assignments', row(tenant, 'x'))],
    });
    expect([await rebuild.mark(projection), await model().mark(projection)]).toEqual([
      { position: 4n, id: 'new' },
      { position: 3n, id: 'old' },
    ]);
    await model().apply({ projection, expected: 3n, position: 5n, changes: [put('locations', row(tenant, 'live'))] });
    expect(await idsOf(model(), { table: 'locations', tenant })).toEqual(['a', 'gone', 'live']);
    expect((await rebuild.get('locations', tenant, 'a'))?.body).toBe('new');
    expect(await idsOf(rebuild, { table: 'locations', tenant })).toEqual(['a']);
    await rebuild.swap();
    expect(await idsOf(model(), { table: 'locations', tenant })).toEqual(['a']);
    expect((await model().get('locations', tenant, 'a'))?.body).toBe('new');
    expect(await idsOf(model(), { table: 'assignments', tenant })).toEqual(['x']);
    expect(await idsOf(model(), { table: 'tariffs', tenant })).toEqual(['t']);
    expect([await model().checkpoint(projection), await model().checkpoint(untouched)]).toEqual([4n, 8n]);
    expect([await model().mark(projection), await model().mark(untouched)]).toEqual([
      { position: 4n, id: 'new' },
      undefined,
    ]);
    await trial().reopen();
    expect(await idsOf(model(), { table: 'locations', tenant })).toEqual(['a']);
    expect(await model().checkpoint(projection)).toBe(4n);
  });

  it('fences its own checkpoints', async () => {
    const projection = unique('projection');
    const rebuild = await model().rebuild(TABLES, [projection]);
    await rebuild.apply({ projection, expected: 'none', position: 2n, changes: [] });
    const reason = await reasonOf(rebuild.apply({ projection, expected: 'none', position: 3n, changes: [] }));
    expect(reason).toMatchObject({ code: 'checkpoint-conflict', actual: 2n });
    await rebuild.discard();
    expect(await model().checkpoint(projection)).toBe('none');
  });

  it('leaves the live tables as they are when it is discarded, and refuses everything afterwards', async () => {
    const [tenant, projection] = [unique('tenant'), unique('projection')];
    await store(model(), 'locations', [row(tenant, 'a')]);
    const rebuild = await model().rebuild(TABLES, [projection]);
    await rebuild.apply({ projection, expected: 'none', position: 1n, changes: [put('locations', row(tenant, 'b'))] });
    await rebuild.discard();
    expect(await idsOf(model(), { table: 'locations', tenant })).toEqual(['a']);
    for (const late of [() => rebuild.swap(), () => rebuild.get('locations', tenant, 'b'), () => rebuild.discard()]) {
      expect(await reasonOf(late())).toMatchObject({ code: 'read-model-unavailable' });
    }
  });

  it('is gone when the read model was closed before the swap, and leaves room for another one', async () => {
    const [tenant, projection] = [unique('tenant'), unique('projection')];
    await store(model(), 'locations', [row(tenant, 'a')]);
    const lost = await model().rebuild(TABLES, [projection]);
    await lost.apply({ projection, expected: 'none', position: 1n, changes: [put('locations', row(tenant, 'b'))] });
    await trial().reopen();
    expect(await idsOf(model(), { table: 'locations', tenant })).toEqual(['a']);
    const rebuild = await model().rebuild(TABLES, [projection]);
    expect(await rebuild.checkpoint(projection)).toBe('none');
    expect(await idsOf(rebuild, { table: 'locations', tenant })).toEqual([]);
    await rebuild.discard();
  });

  it('goes on one at a time, and touches only what was named', async () => {
    const [tenant, projection] = [unique('tenant'), unique('projection')];
    const rebuild = await model().rebuild(['locations'], [projection]);
    expect(await reasonOf(model().rebuild(['tariffs'], []))).toMatchObject({ code: 'rebuild-in-progress' });
    const batch = { expected: 'none', position: 1n } as const;
    const foreign = rebuild.apply({ ...batch, projection, changes: [put('tariffs', row(tenant, 'a'))] });
    expect(await reasonOf(foreign)).toBeInstanceOf(RangeError);
    expect(await reasonOf(rebuild.apply({ ...batch, projection: unique('other'), changes: [] }))).toBeInstanceOf(
      RangeError,
    );
    expect(await reasonOf(rebuild.get('tariffs', tenant, 'a'))).toBeInstanceOf(RangeError);
    await rebuild.discard();
  });
}
