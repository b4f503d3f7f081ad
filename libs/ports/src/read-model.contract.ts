import { CheckpointConflict, PAGE_ROWS_MAX, type ReadModel } from './read-model';
import { answersPages } from './read-model-pages.contract';
import { rebuilds } from './read-model-rebuilds.contract';
import { firstBatch, idsOf, put, row, store } from './read-model-rows.contract';
import { answersTotals } from './read-model-totals.contract';
import { PATIENCE_MS, reasonOf, unique, type Trial } from './trial.contract';

/** What every ReadModel adapter promises. Call it from the adapter's own spec; other tenants' rows may be there already. */
export function readModelContract(adapter: string, open: () => Promise<Trial<ReadModel>>): void {
  describe(`${adapter} keeps the ReadModel contract`, () => {
    jest.setTimeout(2 * PATIENCE_MS);
    let trial: Trial<ReadModel>;
    const model = (): ReadModel => trial.port;
    beforeAll(async () => {
      trial = await open();
    });
    afterAll(() => trial.end());

    describe('rows', () => keepsRows(model));
    describe('checkpoints', () => keepsCheckpoints(model, () => trial.reopen()));
    describe('pages', () => answersPages(model));
    describe('totals', () => answersTotals(model));
    describe('rebuilding', () => rebuilds(() => trial));

    it('holds rows and checkpoints after it was opened again', async () => {
      const [tenant, projection] = [unique('tenant'), unique('projection')];
      const kept = row(tenant, 'a', { columns: { station: 'ST-1' }, amount: '1.50', quantity: '3' });
      await model().apply({ projection, expected: 'none', position: 77n, changes: [put('charges', kept)] });
      await trial.reopen();
      expect(await model().get('charges', tenant, 'a')).toEqual(kept);
      expect(await model().checkpoint(projection)).toBe(77n);
    });

    it('tells that it is reachable', async () => {
      expect(await model().isReachable()).toBe(true);
    });
  });
}

function keepsRows(model: () => ReadModel): void {
  it('gives a row back as it was put, with nothing added', async () => {
    const tenant = unique('tenant');
    const full = row(tenant, 'Ü/1 🔌', {
      columns: {
        station: 'ST 1',
        connector: '',
        status: 'open',
        subject: 's',
        location: 'l',
        due_at: '2026-01-01T00:00:00.000Z',
        changed_at: '2026-01-02T00:00:00.000Z',
        meter_at: '["ST 1",null,"1"]2026-01-01T00:00:00.000Z',
      },
      amount: '12.3400',
      quantity: '-7',
      body: '{"text":"Zürich 東京 🔌 \\u0000 \\\\"}',
    });
    await store(model(), 'sessions', [full, row(tenant, 'bare')]);
    expect(await model().get('sessions', tenant, 'Ü/1 🔌')).toEqual(full);
    const bare = await model().get('sessions', tenant, 'bare');
    expect(bare).toEqual(row(tenant, 'bare'));
    expect(Object.keys(bare ?? {}).toSorted()).toEqual(['body', 'columns', 'id', 'sort', 'tenant']);
  });

  it('answers undefined for a row that is not there', async () => {
    expect(await model().get('charges', unique('tenant'), 'nothing')).toBeUndefined();
  });

  it('replaces the whole row, absent columns and amounts included', async () => {
    const tenant = unique('tenant');
    await store(model(), 'charges', [row(tenant, 'a', { columns: { station: 'ST-1', currency: 'EUR' }, amount: '5' })]);
    const other = row(tenant, 'a', { columns: { state: 'final' }, sort: '2027-01-01T00:00:00.000Z', body: '{}' });
    await store(model(), 'charges', [other]);
    expect(await model().get('charges', tenant, 'a')).toEqual(other);
    expect(await idsOf(model(), { table: 'charges', tenant, where: { station: 'ST-1' } })).toEqual([]);
  });

  it('makes the changes of a batch in their order', async () => {
    const tenant = unique('tenant');
    const gone = { kind: 'delete', table: 'tariffs', tenant } as const;
    await model().apply(
      firstBatch([
        put('tariffs', row(tenant, 'a')),
        { ...gone, id: 'a' },
        put('tariffs', row(tenant, 'b', { body: '1' })),
        put('tariffs', row(tenant, 'b', { body: '2' })),
        { ...gone, id: 'c' },
        put('tariffs', row(tenant, 'c')),
        { ...gone, id: 'never there' },
      ]),
    );
    expect(await idsOf(model(), { table: 'tariffs', tenant })).toEqual(['b', 'c']);
    expect((await model().get('tariffs', tenant, 'b'))?.body).toBe('2');
  });

  it('keeps tenants and tables apart', async () => {
    const [one, other] = [unique('tenant'), unique('tenant')];
    await store(model(), 'receipts', [row(one, 'a', { body: '1' }), row(other, 'a', { body: '2' })]);
    await store(model(), 'quarantine', [row(one, 'a', { body: '3' })]);
    await model().apply(firstBatch([{ kind: 'delete', table: 'receipts', tenant: one, id: 'a' }]));
    expect(await model().get('receipts', one, 'a')).toBeUndefined();
    expect((await model().get('receipts', other, 'a'))?.body).toBe('2');
    expect((await model().get('quarantine', one, 'a'))?.body).toBe('3');
    expect(await idsOf(model(), { table: 'receipts', tenant: one })).toEqual([]);
  });

  it('refuses columns of other tables, amounts that are no decimals and pages without a limit, and writes nothing', async () => {
    const tenant = unique('tenant');
    const good = put('charges', row(tenant, 'good'));
    const odd = [row(tenant, 'odd', { columns: { connector: '1' } }), row(tenant, 'odd', { amount: '1e3' })];
    for (const each of odd) {
      expect(await reasonOf(model().apply(firstBatch([good, put('charges', each)])))).toBeInstanceOf(RangeError);
    }
    expect(await model().get('charges', tenant, 'good')).toBeUndefined();
    const query = { table: 'charges', tenant, order: 'by-id', limit: 1 } as const;
    expect(await reasonOf(model().page({ ...query, where: { connector: '1' } }))).toBeInstanceOf(RangeError);
    expect(await reasonOf(model().page({ ...query, limit: 0 }))).toBeInstanceOf(RangeError);
    expect(await reasonOf(model().page({ ...query, limit: PAGE_ROWS_MAX + 1 }))).toBeInstanceOf(RangeError);
  });
}

function keepsCheckpoints(model: () => ReadModel, reopen: () => Promise<unknown>): void {
  it('moves the checkpoint with the rows, for each projection by itself', async () => {
    const [tenant, one, other] = [unique('tenant'), unique('projection'), unique('projection')];
    expect(await model().checkpoint(one)).toBe('none');
    await model().apply({
      projection: one,
      expected: 'none',
      position: 5n,
      changes: [put('charges', row(tenant, 'a'))],
    });
    await model().apply({ projection: one, expected: 5n, position: 9n, changes: [] });
    await model().apply({ projection: other, expected: 'none', position: 2n ** 60n, changes: [] });
    expect(await model().checkpoint(one)).toBe(9n);
    expect(await model().checkpoint(other)).toBe(2n ** 60n);
  });

  it('keeps the mark of the last event until another one comes, also after it was opened again', async () => {
    const projection = unique('projection');
    const [first, second] = ['a', 'b'].map((id, at) => ({ position: 2n ** 60n + BigInt(at), id }));
    if (first === undefined || second === undefined) throw new Error('there are two marks');
    expect(await model().mark(projection)).toBeUndefined();
    await model().apply({ projection, expected: 'none', position: 1n, changes: [] });
    expect(await model().mark(projection)).toBeUndefined();
    await model().apply({ projection, expected: 1n, position: 2n, mark: first, changes: [] });
    await model().apply({ projection, expected: 2n, position: 3n, changes: [] });
    expect(await model().mark(projection)).toEqual(first);
    await reopen();
    expect(await model().mark(projection)).toEqual(first);
    const late = model().apply({ projection, expected: 2n, position: 4n, mark: second, changes: [] });
    expect(await reasonOf(late)).toBeInstanceOf(CheckpointConflict);
    expect(await model().mark(projection)).toEqual(first);
    await model().apply({ projection, expected: 3n, position: 4n, mark: second, changes: [] });
    expect(await model().mark(projection)).toEqual(second);
  });

  it('refuses a second projector, and writes nothing of it', async () => {
    const [tenant, projection] = [unique('tenant'), unique('projection')];
    await model().apply({ projection, expected: 'none', position: 5n, changes: [] });
    for (const expected of ['none', 4n, 6n] as const) {
      const changes = [put('charges', row(tenant, 'a'))];
      const reason = await reasonOf(model().apply({ projection, expected, position: 7n, changes }));
      expect(reason).toBeInstanceOf(CheckpointConflict);
      expect(reason).toMatchObject({ code: 'checkpoint-conflict', projection, expected, actual: 5n });
    }
    expect(await model().checkpoint(projection)).toBe(5n);
    expect(await model().get('charges', tenant, 'a')).toBeUndefined();
  });

  it('lets exactly one of several projectors win', async () => {
    const projection = unique('projection');
    const tries = Array.from({ length: 6 }, (_, index) =>
      model().apply({ projection, expected: 'none', position: BigInt(index + 1), changes: [] }),
    );
    const outcomes = await Promise.allSettled(tries);
    const winners = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [BigInt(index + 1)] : []));
    expect(winners).toHaveLength(1);
    expect(await model().checkpoint(projection)).toBe(winners[0]);
  });
}
