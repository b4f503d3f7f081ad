import type { Statement } from '@ledger/meter';
import { canon } from '@ledger/units';
import { ordersOf, reading, said, type Said } from '../support/session-story';
import { assessmentsOf, stationStory } from '../support/station-story';

function nameless(told: Said): Statement {
  const { transaction: _, ...statement } = said(told);
  return statement;
}

const START = nameless({
  kind: 'started',
  at: '08:00',
  register: '1000',
  call: 'm-1',
  offline: true,
  placeholder: '-1',
});
const SAMPLE = nameless({ kind: 'reading', at: '09:00', placeholder: '-1', readings: [reading('09:00', '4000')] });
const { connector: _, ...STOP } = nameless({ kind: 'ended', at: '10:00', register: '9000', placeholder: '-1' });
const ANSWER = said({
  kind: 'status',
  at: '12:00',
  transaction: '77',
  answer: { call: 'm-1', transaction: '77' },
  identity: 'answer/m-1',
});

describe('scenario 10: meter values and a stop without a transaction id', () => {
  it('finds the running session by connector and time, and marks it', () => {
    const told = stationStory([
      said({ kind: 'started', at: '08:00', register: '1000' }),
      SAMPLE,
      said({ kind: 'ended', at: '10:00', register: '9000' }),
    ]);
    expect(told.verdicts).toEqual(['recorded', 'inferred', 'recorded']);
    expect(assessmentsOf(told)).toMatchObject([
      { energyWh: '8000', findings: [{ code: 'attribution-inferred', value: '1' }] },
    ]);
  });

  it('keeps an offline session together until its real id comes and links it', () => {
    const before = stationStory([START, SAMPLE, STOP]);
    expect(before.sessions).toHaveLength(0);
    expect(before.station.waiting).toHaveLength(3);
    const after = stationStory([START, SAMPLE, STOP, ANSWER]);
    expect(assessmentsOf(after)).toMatchObject([
      { transaction: '77', energyWh: '8000', hasStart: true, hasEnd: true, endedAt: '2026-06-01T10:00:00.000Z' },
    ]);
    expect(after.station.waiting).toHaveLength(0);
    expect(after.verdicts).toEqual(['recorded', 'recorded', 'recorded', 'recorded']);
  });

  it('comes to the same session in every order', () => {
    const statements = [START, SAMPLE, STOP, ANSWER];
    const expected = canon(assessmentsOf(stationStory(statements)));
    for (const order of ordersOf(statements)) expect(canon(assessmentsOf(stationStory(order)))).toBe(expected);
  });

  it('never gives a session what connector 0 measures', () => {
    const told = stationStory([
      said({ kind: 'started', at: '08:00', register: '1000' }),
      { ...SAMPLE, connector: '0' },
    ]);
    expect(told.verdicts).toEqual(['recorded', 'recorded']);
    expect(told.station.waiting).toHaveLength(1);
  });

  it('does not guess when two sessions might be meant', () => {
    const told = stationStory([
      said({ kind: 'started', at: '08:00', register: '1000' }),
      said({ kind: 'started', at: '08:30', register: '5', connector: '2', transaction: 'tx-2' }),
      STOP,
    ]);
    expect(told.station.waiting).toHaveLength(1);
    expect(assessmentsOf(told).map(({ hasEnd }) => hasEnd)).toEqual([false, false]);
  });

  it('links a start that was never answered to the first id that its connector names', () => {
    const stop = said({ kind: 'ended', at: '10:00', transaction: '77', register: '9000' });
    const sample = said({ kind: 'updated', at: '09:00', transaction: '77', readings: [reading('09:00', '4000')] });
    const told = stationStory([START, sample, stop]);
    expect(assessmentsOf(told)).toMatchObject([{ transaction: '77', energyWh: '8000', hasStart: true }]);
  });
});
