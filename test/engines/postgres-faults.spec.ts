import { MigrationDrift } from '@ledger/adapters/postgres';
import {
  CheckpointConflict,
  type ReadBatch,
  type ReadModel,
  ReadModelUnavailable,
  type ReadQueries,
  type ReadRow,
} from '@ledger/ports';
import { until } from '@ledger/ports/trial.contract';
import { charge, eventually } from './charge-batches';
import { freshSchema, holdLock, sql, trialDatabase } from './postgres-database';
import { type PostgresServer, signalIfAlive, startServer } from './postgres-server';

let server: PostgresServer;
const trial = trialDatabase(() => server.url);

beforeAll(async () => {
  server = await startServer();
});
afterEach(() => trial.end());
afterAll(() => server.stop());

const ROWS = 40;
const SHORT = { statementTimeoutMs: 1_000, connectTimeoutMs: 1_000 };

/** Batch n writes the same rows of two tables, each saying n: rows and checkpoint agree when all of them say the same. */
function numbered(position: bigint): ReadBatch {
  const rows = (currency?: string): readonly ReadRow[] =>
    Array.from({ length: ROWS }, (_, index) => ({
      ...charge(`r-${index}`),
      columns: currency === undefined ? {} : { currency },
      amount: `${position}`,
    }));
  return {
    projection: 'charges',
    expected: position === 1n ? 'none' : position - 1n,
    position,
    changes: [
      ...rows('EUR').map((row) => ({ kind: 'put' as const, table: 'charges' as const, row })),
      ...rows().map((row) => ({ kind: 'put' as const, table: 'sessions' as const, row })),
    ],
  };
}

/** The checkpoint, after proving that every row of both tables is of the batch that it names. */
async function agreed(model: ReadQueries): Promise<bigint> {
  const checkpoint = await model.checkpoint('charges');
  const position = checkpoint === 'none' ? 0n : checkpoint;
  const sum = { count: ROWS, amount: `${BigInt(ROWS) * position}`, quantity: '0' };
  expect(await model.totals({ table: 'charges' })).toEqual(position === 0n ? [] : [{ currency: 'EUR', ...sum }]);
  expect(await model.totals({ table: 'sessions' })).toEqual(position === 0n ? [] : [{ currency: '', ...sum }]);
  return position;
}

/** Applies batches until told to stop, as a projector does: after a fault it asks for the checkpoint and goes on there. */
async function project(model: ReadModel, isOver: () => boolean): Promise<{ readonly faults: readonly unknown[] }> {
  const faults: unknown[] = [];
  let next = 1n;
  while (!isOver()) {
    try {
      await model.apply(numbered(next));
      next += 1n;
    } catch (error) {
      if (!(error instanceof ReadModelUnavailable || error instanceof CheckpointConflict)) throw error;
      faults.push(error);
      const stored = await eventually(() => model.checkpoint('charges'));
      next = stored === 'none' ? 1n : stored + 1n;
    }
  }
  return { faults };
}

/** Applies a batch that is held up after it wrote `charges` and before it writes `sessions`. */
async function stuckHalfway(model: ReadModel, schema: string, position: bigint): Promise<Stuck> {
  const release = await holdLock(server.url, `"${schema}".sessions IN ACCESS EXCLUSIVE MODE`);
  const outcome = model.apply(numbered(position)).then(
    () => 'stored' as const,
    (error: unknown) => error,
  );
  await until('the batch waits for the second table', async () => {
    const { rows } = await sql(server.url, 'SELECT 1 FROM pg_locks WHERE NOT granted AND relation = $1::regclass', [
      `"${schema}".sessions`,
    ]);
    return rows.length > 0;
  });
  return { outcome, release };
}

interface Stuck {
  readonly outcome: Promise<unknown>;
  readonly release: () => Promise<void>;
}

describe('a server that dies in the middle of a batch', () => {
  it('has stored nothing of it: its backend was killed', async () => {
    const [schema, applicationName] = [freshSchema(), 'killed-backend'];
    const model = await trial.open(schema, { applicationName });
    await model.apply(numbered(1n));
    const { outcome, release } = await stuckHalfway(model, schema, 2n);
    for (const pid of await server.backends(applicationName)) signalIfAlive(pid, 'SIGKILL');
    expect(await outcome).toBeInstanceOf(ReadModelUnavailable);
    expect(await outcome).toHaveProperty('cause', expect.any(Error));
    await release();
    expect(await eventually(() => agreed(model))).toBe(1n);
    await model.apply(numbered(2n));
    expect(await agreed(model)).toBe(2n);
  });

  it('has stored nothing of it: the whole server was killed', async () => {
    const schema = freshSchema();
    const model = await trial.open(schema);
    await model.apply(numbered(1n));
    const { outcome, release } = await stuckHalfway(model, schema, 2n);
    await server.crash();
    expect(await outcome).toBeInstanceOf(ReadModelUnavailable);
    await release();
    expect(await agreed(model)).toBe(1n);
    await model.apply(numbered(2n));
    expect(await agreed(model)).toBe(2n);
  });

  it('has rows and checkpoint in agreement, whenever it dies', async () => {
    const [schema, applicationName] = [freshSchema(), 'killed-at-random'];
    const model = await trial.open(schema, { applicationName });
    let isOver = false;
    const projecting = project(model, () => isOver);
    const reader = await trial.open(schema);
    for (let kill = 1; kill <= 6; kill += 1) {
      const before = await eventually(() => reader.checkpoint('charges'));
      await until(
        'the projector moved on',
        async () => (await eventually(() => reader.checkpoint('charges'))) !== before,
      );
      if (kill % 3 === 0) await server.crash();
      else for (const pid of await server.backends(applicationName)) signalIfAlive(pid, 'SIGKILL');
    }
    isOver = true;
    const { faults } = await projecting;
    expect(faults.length).toBeGreaterThan(2);
    expect(await eventually(() => agreed(reader))).toBeGreaterThan(3n);
  });
});

describe('a server that falls silent in the middle of a batch', () => {
  it('is given up in time, and ends up with nothing of the batch: its backend was frozen', async () => {
    const [schema, applicationName] = [freshSchema(), 'frozen-backend'];
    const model = await trial.open(schema, { applicationName, ...SHORT });
    await model.apply(numbered(1n));
    const { outcome, release } = await stuckHalfway(model, schema, 2n);
    const frozen = await server.backends(applicationName);
    for (const pid of frozen) signalIfAlive(pid, 'SIGSTOP');
    expect(await outcome).toBeInstanceOf(ReadModelUnavailable);
    // The frozen backend still holds the checkpoint's row: nobody can pass it, and the attempt ends in time as well.
    await release();
    await expect(model.apply(numbered(2n))).rejects.toThrow(ReadModelUnavailable);
    for (const pid of frozen) signalIfAlive(pid, 'SIGCONT');
    await eventually(() => model.apply(numbered(2n)));
    expect(await agreed(model)).toBe(2n);
  });

  it('is given up in time, and answers again afterwards: the whole server was frozen', async () => {
    const schema = freshSchema();
    const model = await trial.open(schema, SHORT);
    await model.apply(numbered(1n));
    await server.freeze();
    try {
      await expect(model.apply(numbered(2n))).rejects.toThrow(ReadModelUnavailable);
      expect(await model.isReachable()).toBe(false);
    } finally {
      await server.thaw();
    }
    const stored = await eventually(() => agreed(model));
    expect([1n, 2n]).toContain(stored);
    await eventually(() => model.apply(numbered(stored + 1n)));
    expect(await agreed(model)).toBe(stored + 1n);
  });
});

describe('the lead of a projector', () => {
  it('is lost to its holder when the server only fell silent', async () => {
    const model = await trial.open(freshSchema(), SHORT);
    const lead = await model.elect('charges');
    await server.freeze();
    try {
      expect(await lead?.ended).toBe('lost');
    } finally {
      await server.thaw();
    }
    expect(lead?.isHeld()).toBe(false);
    const next = await eventually(
      async () => (await model.elect('charges')) ?? Promise.reject(new ReadModelUnavailable()),
    );
    expect(next.isHeld()).toBe(true);
  });
});

describe('a server that is started again', () => {
  it('serves the next query, and the lead that it forgot is known to be lost', async () => {
    const schema = freshSchema();
    const [one, two] = await Promise.all([trial.open(schema), trial.open(schema)]);
    await one.apply(numbered(1n));
    const lead = await one.elect('charges');
    await server.crash();
    expect(await lead?.ended).toBe('lost');
    expect(await eventually(() => one.checkpoint('charges'))).toBe(1n);
    expect(await two.elect('charges')).toBeDefined();
  });

  it('has lost the end of a rebuild at most, and the rebuild knows where it stands', async () => {
    const schema = freshSchema();
    const model = await trial.open(schema);
    const rebuild = await model.rebuild(['charges', 'sessions'], ['charges']);
    await rebuild.apply(numbered(1n));
    await rebuild.apply(numbered(2n));
    await server.crash();
    let next = (await eventually(() => agreed(rebuild))) + 1n;
    for (; next <= 3n; next += 1n) await rebuild.apply(numbered(next));
    await rebuild.swap();
    expect(await agreed(model)).toBe(3n);
    await server.crash();
    expect(await eventually(() => agreed(model))).toBe(3n);
  });

  it('is not mistaken for a new one: its schema is checked again', async () => {
    const schema = freshSchema();
    await trial.open(schema);
    await server.crash();
    await trial.open(schema, { migrations: 'check' });
    await sql(server.url, `DELETE FROM "${schema}".migrations`);
    await expect(trial.open(schema, { migrations: 'check' })).rejects.toThrow(MigrationDrift);
  });
});
