import { BadCursor } from '@ledger/ports';
import { Exact } from '@ledger/units';

import { meterEvent, sessionEvents } from '../../../test/support/events';
import { Pipeline, TENANT } from '../../../test/support/pipeline';
import { call16, register16, told } from '../../../test/support/whole-ledger';
import { continuityPage, continuityTotals } from './continuity';
import type { ConnectorContinuity, ContinuityQuestion } from './continuity';

const ALL = { tenant: TENANT };

describe('the continuity of meters', () => {
  let pipeline: Pipeline;
  beforeEach(() => {
    pipeline = Pipeline.open();
    pipeline.clock.pass(30 * 86_400_000);
  });
  afterEach(() => pipeline.end());

  /** Sessions of an hour each, one a day, from and to these registers. */
  async function charged(station: string, registers: readonly (readonly [string, string])[]): Promise<void> {
    const events = registers.flatMap(([start, end], day) =>
      sessionEvents({
        station,
        transaction: `${station}-${day}`,
        registers: [
          [`2026-06-0${day + 1}T08:00:00Z`, start],
          [`2026-06-0${day + 1}T09:00:00Z`, end],
        ],
      }),
    );
    await told(pipeline, ...events);
  }

  async function allPages(question: ContinuityQuestion, limit: number): Promise<readonly ConnectorContinuity[]> {
    const items: ConnectorContinuity[] = [];
    for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages += 1) {
      const page = await continuityPage(pipeline.model, question, {
        limit,
        ...(cursor === undefined ? {} : { cursor }),
      });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      items.push(...page.items);
      cursor = page.next;
    }
    return items;
  }

  it('tells for each connector what flowed between and within its sessions, in pages and in sum', async () => {
    await charged('ST-1', [
      ['1000', '2000'],
      ['2500.5', '3000'],
    ]);
    await charged('ST-10', [['5', '10']]);
    await charged('ST-2', [
      ['100', '200'],
      ['0', '50'],
      ['50', '60'],
    ]);
    const whole = await allPages(ALL, 100);
    expect(whole).toMatchObject([
      { station: 'ST-1', evse: '1', connector: '1', sessions: 2, sessionsWh: '1499.5', unbilledWh: '500.5' },
      { station: 'ST-10', sessionsWh: '5', unbilledWh: '0', breaks: [] },
      { station: 'ST-2', sessionsWh: '160', unbilledWh: '0', fallenWh: '200', breaks: [{ kind: 'fallen' }] },
    ]);
    for (const limit of [1, 2, 3]) expect(await allPages(ALL, limit)).toEqual(whole);
    expect(await allPages({ ...ALL, station: 'ST-1' }, 1)).toEqual(whole.slice(0, 1));
    expect(await allPages({ tenant: 'another' }, 1)).toEqual([]);
    expect(await continuityTotals(pipeline.model, ALL)).toEqual({
      meters: 3,
      sessions: 6,
      withoutRegisters: 0,
      breaks: 2,
      advanceWh: '2165',
      sessionsWh: '1664.5',
      unbilledWh: '500.5',
      missingWh: '0',
      fallenWh: '200',
      unconfirmedWh: '0',
    });
  });

  it('looks at the sessions of a time alone, and at no open one', async () => {
    await charged('ST-1', [
      ['1000', '2000'],
      ['2100', '3000'],
      ['3000', '4000'],
    ]);
    const open = meterEvent({ transaction: 'open', kind: 'started', at: '2026-06-09T08:00:00Z', registerWh: '9000' });
    await told(pipeline, open);
    const [all] = await allPages(ALL, 1);
    expect(all).toMatchObject({ sessions: 3, lastRegisterWh: '4000', unbilledWh: '100' });
    const question = { ...ALL, from: '2026-06-02T00:00:00.000Z', to: '2026-06-03T00:00:00.000Z' };
    expect(await allPages(question, 1)).toMatchObject([{ sessions: 1, advanceWh: '900', unbilledWh: '0' }]);
  });

  it('changes with an amendment: what was unbilled between sessions becomes a session when its messages come', async () => {
    await charged('ST-1', [
      ['1000', '2000'],
      ['2700', '3000'],
    ]);
    expect(await allPages(ALL, 1)).toMatchObject([{ unbilledWh: '700', sessionsWh: '1300' }]);
    const late = sessionEvents({
      transaction: 'late',
      registers: [
        ['2026-06-01T20:00:00Z', '2000'],
        ['2026-06-01T21:00:00Z', '2690'],
      ],
    });
    await told(pipeline, ...late);
    const [after] = await allPages(ALL, 1);
    expect(after).toMatchObject({ sessions: 3, unbilledWh: '10', sessionsWh: '1990', advanceWh: '2000' });
    expect(new Exact(after?.lastRegisterWh ?? 0).minus(after?.firstRegisterWh ?? 0).toFixed()).toBe('2000');
  });

  it('takes no two connectors for one meter, where it is not known on which one a session was', async () => {
    await charged('ST-1', [['1000', '2000']]);
    const stop = { connectorId: 2, idTag: 'A', timestamp: '2026-06-03T08:00:00Z', transactionId: 7, meterStop: 9_000 };
    const registers = ['7000', '9000'].map((value, at) => register16(`2026-06-03T0${at + 7}:00:00Z`, value));
    await told(
      pipeline,
      call16('StopTransaction', { ...stop, transactionData: registers }, { messageId: 'stop' }),
      ...sessionEvents({
        station: 'ST-2',
        transaction: 'nameless',
        registers: [
          ['2026-06-01T08:00:00Z', '10'],
          ['2026-06-01T09:00:00Z', '30'],
        ],
      }).map((event) => ({ ...event, subject: 'ST-2' })),
    );
    pipeline.clock.pass(2 * 86_400_000);
    await pipeline.closeDue();
    await pipeline.settle();
    const whole = await allPages(ALL, 100);
    expect(whole).toMatchObject([
      { station: 'ST-1', evse: '1', sessionsWh: '1000', unconfirmedWh: '0' },
      { station: 'ST-1', sessions: 1, withoutRegisters: 1, sessionsWh: '0', unconfirmedWh: '2000' },
      { station: 'ST-2', sessions: 1, withoutRegisters: 0, sessionsWh: '20', unconfirmedWh: '0' },
    ]);
    expect(await allPages(ALL, 1)).toEqual(whole);
  });

  it('refuses a cursor that no page gave', async () => {
    for (const cursor of ['x', 'W10', 'bnVsbA', Buffer.from('["a", null,null]').toString('base64url')]) {
      await expect(continuityPage(pipeline.model, ALL, { limit: 1, cursor })).rejects.toThrow(BadCursor);
    }
  });
});
