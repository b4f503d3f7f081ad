import type { Statement } from '@ledger/meter';
import { canon, Exact } from '@ledger/units';
import type { Assessment } from '../assessment';
import { decimal, ended, KEY, moment, reading, said, sampled, started, value } from '../statement-builder';
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

function energies({ periods }: Assessment): string {
  return periods.reduce((sum, { energyWh }) => sum.plus(energyWh), new Exact(0)).toFixed();
}

describe('assess', () => {
  it('finds a home session with hourly registers simple', () => {
    const assessment = of(
      started('11:00', '1613'),
      sampled('12:00', '2129'),
      sampled('13:00', '3958'),
      sampled('14:00', '5684'),
      ended('14:30', '6000.5'),
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
    const assessment = of(started('23:33', '9000'), ended('23:37', '18632'));
    expect(assessment).toMatchObject({ energyWh: '9632', chargingSeconds: '240', findings: [], holds: [] });
    expect(assessment.periods).toEqual([
      { startedAt: moment('23:33'), endedAt: moment('23:37'), energyWh: '9632', state: 'charging', powerW: '144480' },
    ]);
  });

  it('gives the same bytes for every order and repetition', () => {
    const statements = [started('08:00', '10'), sampled('08:10', '20'), sampled('08:20', '35'), ended('08:30', '40')];
    const expected = canon(of(...statements));
    expect(canon(of(...[...statements].reverse(), ...statements))).toBe(expected);
  });

  it('measures to the millisecond', () => {
    const assessment = of(started('08:00:00.250', '0'), ended('08:00:01', '1'));
    expect(assessment.chargingSeconds).toBe('0.75');
  });

  it('calls the energy unmetered when no register is known, and never zero', () => {
    const assessment = of(started('08:00'), ended('09:00'));
    expect(assessment.energy).toBe('unmetered');
    expect(assessment.energyWh).toBeUndefined();
    expect(codes(assessment)).toEqual(['unmetered']);
    expect(assessment.periods).toEqual([
      { startedAt: moment('08:00'), endedAt: moment('09:00'), energyWh: '0', state: 'charging' },
    ]);
  });

  it('takes the first register after the start as the baseline and says so', () => {
    const assessment = of(started('08:00'), sampled('08:15', '100'), ended('09:00', '400'));
    expect(assessment.energyWh).toBe('300');
    expect(codes(assessment)).toEqual(['baseline-inferred']);
    expect(assessment.chargingSeconds).toBe('3600');
  });

  it('takes the last register before the end as final and says so', () => {
    const assessment = of(started('08:00', '0'), sampled('08:45', '100'), ended('09:00'));
    expect(assessment.energyWh).toBe('100');
    expect(codes(assessment)).toEqual(['final-inferred']);
    expect(energies(assessment)).toBe('100');
  });

  it('holds a session without a start', () => {
    const assessment = of(sampled('08:15', '100'), ended('09:00', '400'));
    expect(assessment).toMatchObject({ hasStart: false, startedAt: moment('08:15'), energyWh: '300' });
    expect(codes(assessment)).toEqual(['no-start']);
    expect(rules(assessment)).toEqual(['no-start']);
  });

  it('ends a session without an end at its last evidence', () => {
    const assessment = of(started('08:00', '0'), sampled('08:45', '100'));
    expect(assessment).toMatchObject({ hasEnd: false, endedAt: moment('08:45'), energyWh: '100' });
    expect(codes(assessment)).toEqual(['no-end']);
  });

  it('does not order by the answer of the back end, which has no time of the device', () => {
    const answer = said({ kind: 'status', at: '2026-08-01T00:00:00Z', answer: { call: 'm-1', transaction: 'tx-1' } });
    const assessment = of(started('08:00', '0'), answer, sampled('08:30', '100'));
    expect(assessment).toMatchObject({ startedAt: moment('08:00'), endedAt: moment('08:30'), statements: 3 });
    expect(of(answer)).toMatchObject({ energy: 'unmetered', hasStart: false });
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
    const withoutSample = assess([started('08:00', '1000')], KEY, { bound });
    expect(withoutSample).toMatchObject({ energyWh: '4000', endedAt: moment('12:00'), hasEnd: false });
    expect(codes(withoutSample)).toEqual(['no-end', 'end-bounded']);
    const withSample = assess([started('08:00', '1000'), sampled('09:00', '3000')], KEY, { bound });
    expect(withSample).toMatchObject({ energyWh: '2000', endedAt: moment('09:00') });
  });

  it('forgets the bound when the real end comes', () => {
    const bound = { at: moment('12:00'), registerWh: decimal('5000') };
    const statements = [started('08:00', '1000'), ended('10:00', '3500')];
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
      started('08:00'),
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
      started('08:00', '900'),
      said({ kind: 'ended', at: '09:00', readings: [reading('09:00', both)] }),
    );
    expect(assessment.energyWh).toBe('100');
  });

  it('holds energy that took no time', () => {
    const assessment = of(started('08:00', '1000'), ended('08:00', '1500'));
    expect(assessment).toMatchObject({ energyWh: '500', chargingSeconds: '0' });
    expect(rules(assessment)).toEqual(['energy-without-time']);
    expect(energies(assessment)).toBe('500');
  });

  it('leaves out values in another unit or below zero, and says so', () => {
    const assessment = of(
      started('08:00', '0'),
      said({ kind: 'updated', at: '08:30', readings: [reading('08:30', [value('5', { unit: 'varh' }), value('-3')])] }),
      ended('09:00', '100'),
    );
    expect(assessment.energyWh).toBe('100');
    expect(codes(assessment)).toEqual(['value-unusable']);
  });

  it('says how many more findings of a kind there were', () => {
    const conflicting = Array.from({ length: 9 }, (_, index) =>
      said({ kind: 'updated', at: '08:30', identity: 'same', chargingState: 'charging', stopReason: `${index}` }),
    );
    const assessment = of(started('08:00', '0'), ...conflicting, ended('09:00', '10'));
    const conflicts = assessment.findings.filter(({ code }) => code === 'conflicting-evidence');
    expect(conflicts).toHaveLength(5);
    expect(conflicts.at(-1)?.because).toContain('(3 more like this.)');
    expect(assessment.holds[0]).toMatchObject({ rule: 'conflicting-evidence', value: '8' });
  });

  it('holds a session that got the start of another one, and counts nothing out of it silently', () => {
    const assessment = assess(
      [
        said({ kind: 'started', at: '2026-05-31T08:00:00Z', register: '1000' }),
        said({ kind: 'started', at: '08:00', register: '20000' }),
        said({ kind: 'ended', at: '09:00', register: '25000' }),
      ],
      KEY,
    );
    expect(assessment.holds).toMatchObject([{ rule: 'starts-differ', value: '2', bound: '1' }]);
  });

  it('holds a session with stops of several identities that state different registers, whichever it bills', () => {
    const stop = (register: string): Statement =>
      said({ kind: 'ended', at: '09:00', register, identity: `stop-${register}` });
    const twice = [started('08:00', '20000'), stop('25000'), stop('25400')];
    for (const statements of [twice, twice.toReversed(), [...twice, ...twice]]) {
      expect(of(...statements).holds).toMatchObject([{ rule: 'ends-differ', value: '25400', bound: '25000' }]);
    }
    expect(of(started('08:00', '20000'), stop('25000'), stop('-1')).holds).toEqual([]);
    expect(of(started('08:00', '20000'), stop('25000'), stop('25000.0')).holds).toEqual([]);
  });
});
