import type { Statement } from '@ledger/meter';
import { Exact } from '@ledger/units';
import type { Assessment } from '../assessment';
import { ended, KEY, reading, said, sampled, started, value } from '../statement-builder';
import { assess } from './assess';

function of(...statements: readonly Statement[]): Assessment {
  return assess(statements, KEY);
}

function codes({ findings }: Assessment): readonly string[] {
  return findings.map(({ code }) => code);
}

function energies({ periods }: Assessment): string {
  return periods.reduce((sum, { energyWh }) => sum.plus(energyWh), new Exact(0)).toFixed();
}

describe('periods', () => {
  it('adds up the energy of the periods exactly when a state changes between readings', () => {
    const assessment = of(
      started('08:00', '0'),
      said({ kind: 'updated', at: '08:00:01', chargingState: 'charging' }),
      said({ kind: 'updated', at: '08:20', chargingState: 'suspended-evse' }),
      said({ kind: 'updated', at: '08:30', chargingState: 'charging' }),
      said({ kind: 'updated', at: '08:47', chargingState: 'suspended-ev' }),
      ended('09:00', '1000.001'),
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
    const assessment = of(
      started('08:00', '0'),
      sampled('09:00', '7000'),
      sampled('10:00', '7000'),
      ended('11:00', '7000'),
    );
    expect(assessment).toMatchObject({ chargingSeconds: '3600', idleSeconds: '7200' });
    expect(codes(assessment)).toEqual(['idle-derived']);
  });

  it('does not take a short pause of the register for idle time', () => {
    const assessment = of(
      started('08:00', '0'),
      sampled('08:10', '100'),
      sampled('08:12', '100'),
      ended('08:20', '200'),
    );
    expect(assessment).toMatchObject({ chargingSeconds: '1200', idleSeconds: '0', findings: [] });
  });

  it('does not take the steps of a coarse register for idle time', () => {
    const assessment = of(
      started('08:00', '1000'),
      sampled('08:20', '1000'),
      sampled('08:40', '2000'),
      ended('09:00', '2000'),
    );
    expect(assessment).toMatchObject({ idleSeconds: '0', energyWh: '1000' });
  });

  it('counts time as charging in which the register rose, whatever state was reported last', () => {
    const assessment = of(
      said({ kind: 'started', at: '08:00', register: '0', chargingState: 'ev-connected' }),
      ended('09:00', '7000'),
    );
    expect(assessment).toMatchObject({ chargingSeconds: '3600', idleSeconds: '0' });
    expect(codes(assessment)).toEqual(['state-contradicted']);
  });

  it('lets a car that reports to be full draw a little', () => {
    const assessment = of(
      said({ kind: 'started', at: '08:00', register: '0', chargingState: 'suspended-ev' }),
      ended('09:00', '100'),
    );
    expect(assessment).toMatchObject({ idleSeconds: '3600', findings: [] });
  });

  it('states the current of a period, summed over the phases', () => {
    const amperes = ['L1', 'L2', 'L3'].map((phase) => value('16', { measurand: 'Current.Import', unit: 'A', phase }));
    const assessment = of(
      said({ kind: 'started', at: '08:00', readings: [reading('08:00', [value('0'), ...amperes])] }),
      ended('09:00', '11000'),
    );
    expect(assessment.periods[0]).toMatchObject({ currentA: '48', powerW: '11000' });
  });

  it('joins periods of one state when there are very many, and keeps their sum', () => {
    const minutes = Array.from({ length: 4_000 }, (_, index) =>
      sampled(new Date(Date.parse('2026-06-02T00:00:00Z') + index * 60_000).toISOString(), `${1_000 + index * 3}`),
    );
    const assessment = of(started('08:00', '1000'), ...minutes, ended('2026-06-09T00:00:00Z', '13000'));
    expect(assessment.periods.length).toBeLessThanOrEqual(1_500);
    expect(energies(assessment)).toBe('12000');
    expect(codes(assessment)).toContain('periods-joined');
  });
});
