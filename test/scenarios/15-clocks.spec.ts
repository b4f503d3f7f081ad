import { canon } from '@ledger/units';
import { ordersOf, reading, said, story, type Said } from '../support/session-story';

const numbered = (seqNo: number, kind: Said['kind'], [at, receivedAt]: readonly [string, string], wattHours: string) =>
  said({ seqNo, kind, at, receivedAt, readings: [reading(at, wattHours)] });

describe('scenario 15: the device clock is wrong', () => {
  it('orders by sequence number and keeps durations while the clock stood at 1970', () => {
    const statements = [
      numbered(0, 'started', ['1970-01-01T00:10:00Z', '08:00:02'], '1000'),
      numbered(1, 'updated', ['1970-01-01T00:40:00Z', '08:30:05'], '4000'),
      numbered(2, 'updated', ['2026-06-01T09:00:00Z', '09:00:01'], '7000'),
      numbered(3, 'ended', ['2026-06-01T09:30:00Z', '09:30:01'], '9000'),
    ];
    const told = story(...statements);
    expect(told.assessment).toMatchObject({ energyWh: '8000', startedAt: '2026-06-01T08:00:02.000Z' });
    expect(told.assessment.periods.map(({ startedAt }) => startedAt.slice(11, 19))).toEqual([
      '08:00:02',
      '08:30:02',
      '09:00:00',
    ]);
    expect(told.findings).toEqual(['clock-unset', 'clock-unset']);
    expect(told.held).toEqual(['clock-unusable']);
    for (const order of ordersOf(statements)) expect(canon(story(...order).assessment)).toBe(canon(told.assessment));
  });

  it('takes the receipt where the clock was never set and nothing is numbered', () => {
    const told = story(
      said({ kind: 'started', at: '1970-01-01T00:00:10Z', receivedAt: '08:00', register: '0' }),
      said({ kind: 'ended', at: '1970-01-01T01:00:10Z', receivedAt: '09:00:30', register: '500' }),
    );
    expect(told.assessment).toMatchObject({ energyWh: '500', chargingSeconds: '3600' });
    expect(told.assessment.endedAt).toBe('2026-06-01T09:00:00.000Z');
    expect(told.held).toEqual(['clock-unusable']);
  });

  it('corrects the time before the clock was set back two hours in mid-session', () => {
    const told = story(
      numbered(0, 'started', ['10:00', '08:00:01'], '1000'),
      numbered(1, 'updated', ['10:30', '08:30:01'], '4000'),
      numbered(2, 'updated', ['09:00', '09:00:01'], '7000'),
      numbered(3, 'ended', ['09:30', '09:30:01'], '9000'),
    );
    expect(told.assessment).toMatchObject({ energyWh: '8000', startedAt: '2026-06-01T08:00:01.000Z' });
    expect(told.findings).toEqual(['clock-ahead', 'clock-ahead']);
    expect(told.held).toEqual(['clock-unusable']);
  });

  it('finds the step back also when everything was received much later', () => {
    const late = '2026-06-03T00:00:00Z';
    const told = story(
      numbered(0, 'started', ['10:00', late], '1000'),
      numbered(1, 'updated', ['10:30', late], '4000'),
      numbered(2, 'updated', ['09:00', late], '7000'),
      numbered(3, 'ended', ['09:30', late], '9000'),
    );
    expect(told.assessment).toMatchObject({
      energyWh: '8000',
      startedAt: '2026-06-01T08:30:00.000Z',
      chargingSeconds: '3600',
    });
    expect(told.findings).toEqual(['clock-stepped', 'clock-stepped']);
    expect(told.held).toEqual(['clock-unusable']);
  });

  it('moves a whole session that claims local time as UTC and so lies in the future', () => {
    const told = story(
      said({ kind: 'started', at: '10:00', receivedAt: '08:00', register: '0' }),
      said({ kind: 'updated', at: '10:30', receivedAt: '08:30', readings: [reading('10:30', '250')] }),
      said({ kind: 'ended', at: '11:00', receivedAt: '09:00', register: '500' }),
    );
    expect(told.assessment).toMatchObject({
      startedAt: '2026-06-01T08:00:00.000Z',
      endedAt: '2026-06-01T09:00:00.000Z',
      energyWh: '500',
    });
    expect(told.held).toEqual(['clock-unusable']);
  });

  it('evens out a correction of seconds without a word', () => {
    const told = story(
      numbered(0, 'started', ['08:00:30', '08:01'], '0'),
      numbered(1, 'updated', ['08:00:10', '08:01'], '10'),
      numbered(2, 'ended', ['09:00:30', '09:01'], '500'),
    );
    expect(told.assessment).toMatchObject({ energyWh: '500', chargingSeconds: '3600', findings: [], holds: [] });
  });

  it('uses the time of the message where only a reading has no clock', () => {
    const told = story(
      said({ kind: 'started', at: '08:00', register: '0' }),
      said({ kind: 'updated', at: '08:30', readings: [reading('1970-01-01T00:00:00Z', '250')] }),
      said({ kind: 'ended', at: '09:00', register: '500' }),
    );
    expect(told.assessment.periods.map(({ energyWh }) => energyWh)).toEqual(['250', '250']);
    expect(told.findings).toEqual(['clock-unset']);
    expect(told.held).toEqual([]);
  });
});
