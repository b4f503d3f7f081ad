import type { Statement } from '@ledger/meter';
import { canon, Exact } from '@ledger/units';
import type { Assessment } from '../assessment';
import { KEY, decimal, moment, reading, said, value } from '../statement-builder';
import { assess } from './assess';

function of(...statements: readonly Statement[]): Assessment {
  return assess(statements, KEY);
}

function codes({ findings }: Assessment): readonly string[] {
  return findings.map(({ code }) => code);
}

function rules({ holds }: Assessment): readonly string[] {
  return holds.map(({ rule }) => rule);
}

function start(at: string, wattHours?: string): Statement {
  return said({
    kind: 'started',
    at,
    readings: wattHours === undefined ? [] : [reading(at, wattHours, 'Transaction.Begin')],
  });
}

function sample(at: string, wattHours: string): Statement {
  return said({ kind: 'updated', at, readings: [reading(at, wattHours)] });
}

function end(at: string, wattHours?: string): Statement {
  return said({
    kind: 'ended',
    at,
    readings: wattHours === undefined ? [] : [reading(at, wattHours, 'Transaction.End')],
  });
}

function energies({ periods }: Assessment): string {
  return periods.reduce((sum, { energyWh }) => sum.plus(energyWh), new Exact(0)).toFixed();
}

describe('assess', () => {
  it('finds a home session with hourly registers simple', () => {
    const assessment = of(
      start('11:00', '1613'),
      sample('12:00', '2129'),
      sample('13:00', '3958'),
      sample('14:00', '5684'),
      end('14:30', '6000.5'),
    );
    expect(assessment).toMatchObject({
      startedAt: moment('11:00'),
      endedAt: moment('14:30'),
      energy: 'metered',
      energyWh: '4387.5',
      registerStartWh: '1613',
      registerEndWh: '6000.5',
      chargingSeconds: '12600',
      idleSeconds: '0',
      suspendedSeconds: '0',
      connector: '1',
      gaps: [],
      findings: [],
      holds: [],
      statements: 5,
    });
    expect(assessment.periods).toHaveLength(4);
    expect(assessment.periods[1]).toEqual({
      startedAt: moment('12:00'),
      endedAt: moment('13:00'),
      energyWh: '1829',
      state: 'charging',
      powerW: '1829',
    });
  });

  it('finds a session of which only begin and end are known to be one charging period', () => {
    const assessment = of(start('23:33', '9000'), end('23:37', '18632'));
    expect(assessment).toMatchObject({ energyWh: '9632', chargingSeconds: '240', findings: [], holds: [] });
    expect(assessment.periods).toEqual([
      { startedAt: moment('23:33'), endedAt: moment('23:37'), energyWh: '9632', state: 'charging', powerW: '144480' },
    ]);
  });

  it('gives the same bytes for every order and repetition', () => {
    const statements = [start('08:00', '10'), sample('08:10', '20'), sample('08:20', '35'), end('08:30', '40')];
    const expected = canon(of(...statements));
    expect(canon(of(...[...statements].reverse(), ...statements))).toBe(expected);
  });

  it('measures to the millisecond', () => {
    const assessment = of(start('08:00:00.250', '0'), end('08:00:01', '1'));
    expect(assessment.chargingSeconds).toBe('0.75');
  });

  it('calls the energy unmetered when no register is known, and never zero', () => {
    const assessment = of(start('08:00'), end('09:00'));
    expect(assessment.energy).toBe('unmetered');
    expect(assessment.energyWh).toBeUndefined();
    expect(codes(assessment)).toEqual(['unmetered']);
    expect(assessment.periods).toEqual([
      { startedAt: moment('08:00'), endedAt: moment('09:00'), energyWh: '0', state: 'charging' },
    ]);
  });

  it('takes the first register after the start as the baseline and says so', () => {
    const assessment = of(start('08:00'), sample('08:15', '100'), end('09:00', '400'));
    expect(assessment.energyWh).toBe('300');
    expect(codes(assessment)).toEqual(['baseline-inferred']);
    expect(assessment.chargingSeconds).toBe('3600');
  });

  it('takes the last register before the end as final and says so', () => {
    const assessment = of(start('08:00', '0'), sample('08:45', '100'), end('09:00'));
    expect(assessment.energyWh).toBe('100');
    expect(codes(assessment)).toEqual(['final-inferred']);
    expect(energies(assessment)).toBe('100');
  });

  it('holds a session without a start', () => {
    const assessment = of(sample('08:15', '100'), end('09:00', '400'));
    expect(assessment).toMatchObject({ hasStart: false, startedAt: moment('08:15'), energyWh: '300' });
    expect(codes(assessment)).toEqual(['no-start']);
    expect(rules(assessment)).toEqual(['no-start']);
  });

  it('ends a session without an end at its last evidence', () => {
    const assessment = of(start('08:00', '0'), sample('08:45', '100'));
    expect(assessment).toMatchObject({ hasEnd: false, endedAt: moment('08:45'), energyWh: '100' });
    expect(codes(assessment)).toEqual(['no-end']);
  });

  it('adds up the energy of the periods exactly when a state changes between readings', () => {
    const assessment = of(
      start('08:00', '0'),
      said({ kind: 'updated', at: '08:00:01', chargingState: 'charging' }),
      said({ kind: 'updated', at: '08:20', chargingState: 'suspended-evse' }),
      said({ kind: 'updated', at: '08:30', chargingState: 'charging' }),
      said({ kind: 'updated', at: '08:47', chargingState: 'suspended-ev' }),
      end('09:00', '1000.001'),
    );
    expect(energies(assessment)).toBe('1000.001');
    expect(assessment).toMatchObject({ chargingSeconds: '2220', idleSeconds: '780', suspendedSeconds: '600' });
    expect(assessment.periods.filter(({ state }) => state !== 'charging').map(({ energyWh }) => energyWh)).toEqual([
      '0',
      '0',
    ]);
    expect(codes(assessment)).toEqual([]);
  });

  it('derives idle time from a register that stands still, and marks it', () => {
    const assessment = of(start('08:00', '0'), sample('09:00', '7000'), sample('10:00', '7000'), end('11:00', '7000'));
    expect(assessment).toMatchObject({ chargingSeconds: '3600', idleSeconds: '7200' });
    expect(codes(assessment)).toEqual(['idle-derived']);
  });

  it('does not take a short pause of the register for idle time', () => {
    const assessment = of(start('08:00', '0'), sample('08:10', '100'), sample('08:12', '100'), end('08:20', '200'));
    expect(assessment).toMatchObject({ chargingSeconds: '1200', idleSeconds: '0', findings: [] });
  });

  it('does not take the steps of a coarse register for idle time', () => {
    const assessment = of(
      start('08:00', '1000'),
      sample('08:20', '1000'),
      sample('08:40', '2000'),
      end('09:00', '2000'),
    );
    expect(assessment).toMatchObject({ idleSeconds: '0', energyWh: '1000' });
  });

  it('lists missing sequence numbers from the start to the highest', () => {
    const numbered = [0, 1, 4, 6, 9].map((seqNo) =>
      said({ kind: seqNo === 0 ? 'started' : seqNo === 9 ? 'ended' : 'updated', at: `08:0${seqNo}`, seqNo }),
    );
    const assessment = of(...numbered);
    expect(assessment.gaps).toEqual(['2-3', '5', '7-8']);
    expect(codes(assessment)).toEqual(['gap', 'unmetered']);
  });

  it('bounds the missing end by the next start, and takes its register when no other is known', () => {
    const bound = { at: moment('12:00'), registerWh: decimal('5000') };
    const withoutSample = assess([start('08:00', '1000')], KEY, { bound });
    expect(withoutSample).toMatchObject({ energyWh: '4000', endedAt: moment('12:00'), hasEnd: false });
    expect(codes(withoutSample)).toEqual(['no-end', 'end-bounded']);
    const withSample = assess([start('08:00', '1000'), sample('09:00', '3000')], KEY, { bound });
    expect(withSample).toMatchObject({ energyWh: '2000', endedAt: moment('09:00') });
  });

  it('forgets the bound when the real end comes', () => {
    const bound = { at: moment('12:00'), registerWh: decimal('5000') };
    const statements = [start('08:00', '1000'), end('10:00', '3500')];
    expect(canon(assess(statements, KEY, { bound }))).toBe(canon(of(...statements)));
  });

  it('records export and does not set it against the import', () => {
    const exported = (text: string) => value(text, { measurand: 'Energy.Active.Export.Register' });
    const assessment = of(
      said({ kind: 'started', at: '08:00', readings: [reading('08:00', [value('100'), exported('50')])] }),
      said({ kind: 'ended', at: '09:00', readings: [reading('09:00', [value('600'), exported('80.5')])] }),
    );
    expect(assessment).toMatchObject({ energyWh: '500', exportedWh: '30.5' });
    expect(codes(assessment)).toEqual(['export-recorded']);
  });

  it('adds interval values once where no register is stated', () => {
    const interval = (at: string, text: string) =>
      reading(at, [value(text, { measurand: 'Energy.Active.Import.Interval' })], 'Sample.Clock');
    const repeated = [interval('08:15', '250'), interval('08:30', '125.5')];
    const assessment = of(
      start('08:00'),
      said({ kind: 'updated', at: '08:15', readings: [interval('08:15', '250')] }),
      said({ kind: 'updated', at: '08:30', readings: [interval('08:30', '125.5')] }),
      said({ kind: 'ended', at: '08:45', readings: repeated }),
    );
    expect(assessment).toMatchObject({ energyWh: '375.5', energy: 'metered' });
    expect(codes(assessment)).toEqual(['energy-from-intervals']);
    expect(energies(assessment)).toBe('375.5');
  });

  it('prefers registers to interval values', () => {
    const both = [value('1000'), value('77', { measurand: 'Energy.Active.Import.Interval' })];
    const assessment = of(
      start('08:00', '900'),
      said({ kind: 'ended', at: '09:00', readings: [reading('09:00', both)] }),
    );
    expect(assessment.energyWh).toBe('100');
  });

  it('states the current of a period, summed over the phases', () => {
    const amperes = ['L1', 'L2', 'L3'].map((phase) => value('16', { measurand: 'Current.Import', unit: 'A', phase }));
    const assessment = of(
      said({ kind: 'started', at: '08:00', readings: [reading('08:00', [value('0'), ...amperes])] }),
      end('09:00', '11000'),
    );
    expect(assessment.periods[0]).toMatchObject({ currentA: '48', powerW: '11000' });
  });

  it('holds energy that took no time', () => {
    const assessment = of(start('08:00', '1000'), end('08:00', '1500'));
    expect(assessment).toMatchObject({ energyWh: '500', chargingSeconds: '0' });
    expect(rules(assessment)).toEqual(['energy-without-time']);
    expect(energies(assessment)).toBe('500');
  });

  it('leaves out values in another unit or below zero, and says so', () => {
    const assessment = of(
      start('08:00', '0'),
      said({ kind: 'updated', at: '08:30', readings: [reading('08:30', [value('5', { unit: 'varh' }), value('-3')])] }),
      end('09:00', '100'),
    );
    expect(assessment.energyWh).toBe('100');
    expect(codes(assessment)).toEqual(['value-unusable']);
  });

  it('joins periods of one state when there are very many, and keeps their sum', () => {
    const minutes = Array.from({ length: 4_000 }, (_, index) =>
      sample(new Date(Date.parse('2026-06-02T00:00:00Z') + index * 60_000).toISOString(), `${1_000 + index * 3}`),
    );
    const assessment = of(start('08:00', '1000'), ...minutes, end('2026-06-09T00:00:00Z', '13000'));
    expect(assessment.periods.length).toBeLessThanOrEqual(1_500);
    expect(energies(assessment)).toBe('12000');
    expect(codes(assessment)).toContain('periods-joined');
  });

  it('says how many more findings of a kind there were', () => {
    const conflicting = Array.from({ length: 9 }, (_, index) =>
      said({ kind: 'updated', at: '08:30', identity: 'same', chargingState: 'charging', stopReason: `${index}` }),
    );
    const assessment = of(start('08:00', '0'), ...conflicting, end('09:00', '10'));
    const conflicts = assessment.findings.filter(({ code }) => code === 'conflicting-evidence');
    expect(conflicts).toHaveLength(5);
    expect(conflicts.at(-1)?.because).toContain('(3 more like this.)');
    expect(assessment.holds[0]).toMatchObject({ rule: 'conflicting-evidence', value: '8' });
  });
});
