import { findCharge, findSession } from '@ledger/usecases';
import { readJson } from '@ledger/units';
import type { Instant } from '@ledger/units';

import { LOCATION, TARIFF } from '../support/book';
import { meterEvent, sessionEvents } from '../support/events';
import { Pipeline, TENANT } from '../support/pipeline';

const DAY_MS = 86_400_000;

const REGISTERS = [
  ['2026-06-01T08:00:00Z', '1000'],
  ['2026-06-01T09:00:00Z', '4000'],
  ['2026-06-01T10:00:00Z', '11000'],
] as const;

describe('a session from the gateway to the charge', () => {
  let pipeline: Pipeline;
  beforeEach(() => {
    pipeline = Pipeline.open();
  });
  afterEach(() => pipeline.end());

  async function publishBook(): Promise<void> {
    const publisher = { tenant: TENANT, correlation: 'test' };
    const publishing = pipeline.publishing();
    for (const [kind, object] of [
      ['location', LOCATION],
      ['tariff', TARIFF],
    ] as const) {
      const reading = readJson(
        JSON.stringify(object, (_, value: unknown) => (isNumberText(value) ? +value.text : value)),
      );
      if (!reading.ok) throw new Error(reading.reason);
      expect(await publishing[kind](reading.value, publisher)).toMatchObject({ status: 'published', isNew: true });
    }
    const assignment = {
      tariff: 'T-1',
      scope: { location: 'LOC-1' },
      from: '2020-01-01T00:00:00.000Z' as string as Instant,
    };
    expect(await publishing.assignment(assignment, publisher)).toMatchObject({ status: 'published' });
  }

  function isNumberText(value: unknown): value is { text: string } {
    return typeof value === 'object' && value !== null && 'text' in value && typeof value.text === 'string';
  }

  async function onlySession(): Promise<string> {
    const { rows } = await pipeline.model.page({ table: 'sessions', tenant: TENANT, order: 'by-id', limit: 2 });
    expect(rows).toHaveLength(1);
    return rows[0]?.id ?? '';
  }

  const queries = (): Parameters<typeof findSession>[0] => ({
    store: pipeline.store,
    model: pipeline.model,
    bookOf: (tenant) => pipeline.bookOf(tenant),
  });

  it('bills 10 kWh at 0.30 and a start fee of 1, with 19 % VAT on both', async () => {
    await publishBook();
    const { accepted, quarantined } = await pipeline.send(sessionEvents({ registers: REGISTERS }));
    expect({ accepted, quarantined }).toEqual({ accepted: 3, quarantined: [] });
    expect(await pipeline.settle()).toEqual({ recorded: 3 });
    const view = await findSession(queries(), TENANT, await onlySession());
    expect(view).toMatchObject({
      status: 'closed',
      energyWh: '10000',
      registerStartWh: '1000',
      registerEndWh: '11000',
    });
    expect(view?.charge).toMatchObject({ state: 'final', currency: 'EUR', totalExclTax: '4', totalInclTax: '4.76' });
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
  });

  it('answers the same statement with duplicate and appends nothing, also after a restart and 40 days later', async () => {
    const events = sessionEvents({ registers: REGISTERS });
    await pipeline.send(events);
    await pipeline.settle();
    const before = await pipeline.liveDigest();
    await pipeline.restart();
    pipeline.clock.pass(40 * DAY_MS);
    await pipeline.send(events.map((event) => ({ ...event, id: `again/${event.id}` })));
    const held = await countEvents();
    expect(await pipeline.settle()).toEqual({ duplicate: 3 });
    expect(await countEvents()).toBe(held);
    expect(await pipeline.liveDigest()).toBe(before);
  });

  it('keeps both of two stops that contradict each other and holds the session', async () => {
    await publishBook();
    await pipeline.send(sessionEvents({ registers: REGISTERS }));
    await pipeline.send([
      meterEvent({ kind: 'ended', at: '2026-06-01T10:00:00Z', registerWh: '99000', id: 'other', data: { seqNo: 2 } }),
    ]);
    expect(await pipeline.settle()).toEqual({ recorded: 3, conflicting: 1 });
    const charge = await findCharge(queries(), TENANT, await onlySession());
    expect(charge?.state).toBe('held');
    expect(charge?.holds.map(({ rule }) => rule)).toContain('conflicting-evidence');
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
  });

  it('says unpriced, never zero, where no tariff is assigned, and prices the session once one is', async () => {
    await pipeline.send(sessionEvents({ registers: REGISTERS }));
    await pipeline.settle();
    const id = await onlySession();
    expect(await findCharge(queries(), TENANT, id)).toMatchObject({ state: 'unpriced' });
    await publishBook();
    await pipeline.project();
    expect(await findCharge(queries(), TENANT, id)).toMatchObject({ state: 'final', charge: { totalInclTax: '4.76' } });
    const { rows } = await pipeline.model.page({ table: 'charges', tenant: TENANT, order: 'by-id', limit: 5 });
    expect(rows[0]?.amount).toBe('4.76');
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
  });

  it('shows a running cost by the same function while the session is open', async () => {
    await publishBook();
    await pipeline.send(sessionEvents({ registers: REGISTERS }).slice(0, 2));
    await pipeline.settle();
    const charge = await findCharge(queries(), TENANT, await onlySession());
    expect(charge).toMatchObject({ state: 'running', isProvisional: true, charge: { totalExclTax: '1.9' } });
  });

  it('closes a silent session provisionally and amends it when its end comes late', async () => {
    await publishBook();
    const [begin, middle, end] = sessionEvents({ registers: REGISTERS });
    await pipeline.send([begin, middle]);
    await pipeline.settle();
    expect(await pipeline.closeDue()).toBe(0);
    pipeline.clock.pass(2 * DAY_MS);
    expect(await pipeline.closeDue()).toBe(1);
    expect(await pipeline.closeDue()).toBe(0);
    await pipeline.project();
    const id = await onlySession();
    expect(await findSession(queries(), TENANT, id)).toMatchObject({ status: 'provisional', energyWh: '3000' });
    await pipeline.send([end]);
    expect(await pipeline.settle()).toEqual({ late: 1 });
    expect(await findSession(queries(), TENANT, id)).toMatchObject({ status: 'closed', energyWh: '10000' });
    expect(await pipeline.replayDigest()).toBe(await pipeline.liveDigest());
  });

  it('sets aside what it cannot understand, whole and sealed, and leaves the neighbours unharmed', async () => {
    const secret = 'CARD-0815-SECRET';
    const bad = `{"specversion":"1.0","id":"bad","source":"gw-1","subject":"ST-1","type":"x","token":"${secret}"}`;
    const [begin, , end] = sessionEvents({ registers: REGISTERS });
    const texts = [begin, end].map((event) => ({ text: JSON.stringify(event) }));
    const outcome = await pipeline.sendTexts(
      [texts[0], { text: bad }, { text: '{"not":' }, texts[1]].filter((text) => text !== undefined),
    );
    expect(outcome.accepted).toBe(2);
    expect(outcome.quarantined.map(({ index, code }) => [index, code])).toEqual([
      [1, 'type-unknown'],
      [2, 'json-syntax'],
    ]);
    await pipeline.settle();
    const { rows } = await pipeline.model.page({ table: 'quarantine', tenant: TENANT, order: 'by-id', limit: 5 });
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  async function countEvents(): Promise<number> {
    let count = 0;
    for await (const { events } of pipeline.store.readAll({ prefixes: [''], after: 'none' })) count += events.length;
    return count;
  }
});
