import { CheckpointConflict } from '@ledger/ports';
import { BILLING, BILLING_PREFIXES, BillingProjection, rebuildTables } from '@ledger/usecases';

import { publishTestBook, sessions } from '../support/fleet';
import { Pipeline } from '../support/pipeline';
import { sessionsOf } from '../support/whole-ledger';

const due = { graceMs: 900_000, silenceMs: 86_400_000 };

describe('the tables are rebuilt while messages go on coming', () => {
  let pipeline: Pipeline;
  beforeEach(async () => {
    pipeline = Pipeline.open();
    await publishTestBook(pipeline);
    await pipeline.send(sessions(20));
    await pipeline.settle();
  });
  afterEach(() => pipeline.end());

  const portsOf = ({ store, model }: Pipeline) => ({ store, model, due });

  it('has every session once and the digest of a replay, and a live projector goes on from the new checkpoint', async () => {
    const live = await BillingProjection.open(pipeline.model, due);
    let writes = 0;
    let done: Promise<unknown> = Promise.resolve();
    const { events } = await rebuildTables(portsOf(pipeline), () => {
      if ((writes += 1) === 1) done = pipeline.send(sessions(30).slice(-40)).then(() => pipeline.settle());
    });
    await done;
    expect(events).toBeGreaterThan(0);
    for await (const batch of pipeline.store.readAll({ prefixes: BILLING_PREFIXES, after: live.checkpoint })) {
      await expect(live.fold(batch)).rejects.toThrow(CheckpointConflict);
      break;
    }
    await pipeline.project();
    expect(await sessionsOf(pipeline)).toHaveLength(30);
    expect(await pipeline.liveDigest()).toBe(await pipeline.replayDigest());
  });

  it('leaves out nothing that was appended while it ran, and restores a row that was damaged', async () => {
    const [row] = (await pipeline.model.page({ table: 'sessions', order: 'by-id', limit: 1 })).rows;
    if (row === undefined) throw new Error('there is no session');
    const position = await pipeline.model.checkpoint(BILLING);
    if (position === 'none') throw new Error('nothing was projected');
    await pipeline.model.apply({
      projection: BILLING,
      expected: position,
      position,
      changes: [{ kind: 'delete', table: 'charges', tenant: row.tenant, id: row.id }],
    });
    await expect(pipeline.liveDigest()).rejects.toThrow('rebuild the read model');
    await rebuildTables(portsOf(pipeline));
    expect(await pipeline.liveDigest()).toBe(await pipeline.replayDigest());
    expect(await pipeline.model.checkpoint(BILLING)).toBe(position);
  });

  it('leaves the live tables as they are when it fails', async () => {
    const before = await pipeline.liveDigest();
    const failing = rebuildTables(portsOf(pipeline), () => {
      throw new Error('the disk is full');
    });
    await expect(failing).rejects.toThrow('the disk is full');
    expect(await pipeline.liveDigest()).toBe(before);
    await rebuildTables(portsOf(pipeline));
    expect(await pipeline.liveDigest()).toBe(before);
  });
});
