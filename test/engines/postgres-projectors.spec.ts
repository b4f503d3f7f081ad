import { CheckpointConflict, type ReadRow } from '@ledger/ports';
import { batchOf, charge } from './charge-batches';
import { databaseUrl, freshSchema, sql, trialDatabase } from './postgres-database';

const url = databaseUrl();
const trial = trialDatabase();
afterEach(() => trial.end());

describe('two projectors of one name', () => {
  it('never interleave: of each pair of batches one is stored whole and the other not at all', async () => {
    const schema = freshSchema();
    const [one, two] = await Promise.all([trial.open(schema), trial.open(schema)]);
    let expected: bigint | 'none' = 'none';
    for (let position = 1n; position <= 20n; position += 1n) {
      const attempts = await Promise.allSettled([
        one.apply(batchOf(expected, position, charge(`one-${position}`))),
        two.apply(batchOf(expected, position, charge(`two-${position}`))),
      ]);
      const refused = attempts
        .filter((attempt) => attempt.status === 'rejected')
        .map((attempt): unknown => attempt.reason);
      expect(refused).toEqual([expect.any(CheckpointConflict)]);
      expect(refused).toEqual([expect.objectContaining({ expected, actual: position })]);
      expected = position;
    }
    expect(await one.totals({ table: 'charges' })).toMatchObject([{ count: 20 }]);
  });

  it('never wait for each other in a circle', async () => {
    const model = await trial.open();
    const rows = Array.from({ length: 200 }, (_, index) => charge(`c-${index}`));
    const run = async (projection: string, order: readonly ReadRow[]): Promise<void> => {
      for (let position = 1n; position <= 20n; position += 1n) {
        const expected = position === 1n ? 'none' : position - 1n;
        await model.apply({ ...batchOf(expected, position, ...order), projection });
      }
    };
    await Promise.all([run('forth', rows), run('back', rows.toReversed())]);
    expect(await model.checkpoint('forth')).toBe(20n);
    expect(await model.checkpoint('back')).toBe(20n);
  });
});

describe('the lead of a projector', () => {
  it('is held by one process and passed on when it resigns', async () => {
    const schema = freshSchema();
    const [one, two] = await Promise.all([trial.open(schema), trial.open(schema)]);
    const lead = await one.elect('charges/0');
    expect(lead?.isHeld()).toBe(true);
    expect(await two.elect('charges/0')).toBeUndefined();
    expect(await one.elect('charges/0')).toBeUndefined();
    expect(await two.elect('charges/1')).toBeDefined();
    await lead?.resign();
    expect(await lead?.ended).toBe('resigned');
    expect(lead?.isHeld()).toBe(false);
    expect(await two.elect('charges/0')).toBeDefined();
  });

  it('is not shared between schemas', async () => {
    const [one, two] = await Promise.all([trial.open(), trial.open()]);
    expect(await one.elect('charges')).toBeDefined();
    expect(await two.elect('charges')).toBeDefined();
  });

  it('is lost with the connection, and the loser hears of it', async () => {
    const schema = freshSchema();
    const name = `lost-${schema}`;
    const [one, two] = await Promise.all([trial.open(schema, { applicationName: name }), trial.open(schema)]);
    const lead = await one.elect('charges');
    await sql(url, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [name]);
    expect(await lead?.ended).toBe('lost');
    expect(lead?.isHeld()).toBe(false);
    await lead?.resign();
    expect(await two.elect('charges')).toBeDefined();
  });

  it('ends when the read model is closed', async () => {
    const schema = freshSchema();
    const [one, two] = await Promise.all([trial.open(schema), trial.open(schema)]);
    const lead = await one.elect('charges');
    await one.close();
    expect(await lead?.ended).toBe('resigned');
    expect(await two.elect('charges')).toBeDefined();
  });
});
