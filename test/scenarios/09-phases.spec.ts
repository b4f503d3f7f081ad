import type { MeteredValue } from '@ledger/meter';
import { reading, said, story, value, type Story } from '../support/session-story';

function told(first: readonly MeteredValue[], last: readonly MeteredValue[]): Story {
  return story(
    said({ kind: 'started', at: '08:00', readings: [reading('08:00', first, 'Transaction.Begin')] }),
    said({ kind: 'ended', at: '10:00', readings: [reading('10:00', last, 'Transaction.End')] }),
  );
}

function phases(...texts: readonly string[]): readonly MeteredValue[] {
  return texts.map((text, index) => value(text, { phase: `L${index + 1}` }));
}

describe('scenario 9: registers per phase', () => {
  it('adds three phases once', () => {
    const { assessment, findings } = told(phases('100.1', '200.2', '300.3'), phases('1100.1', '2200.2', '3300.35'));
    expect(assessment).toMatchObject({ energyWh: '6000.05', registerStartWh: '600.6' });
    expect(findings).toEqual([]);
  });

  it('takes a lone phase as the total', () => {
    expect(told(phases('100'), phases('1350')).assessment.energyWh).toBe('1250');
  });

  it('prefers the total to its phases and never adds both', () => {
    const first = [value('600'), ...phases('100', '200', '300')];
    const last = [value('6600'), ...phases('2100', '2200', '2300')];
    expect(told(first, last).assessment.energyWh).toBe('6000');
  });

  it('reads phases against neutral as phases', () => {
    const against = (text: string) => [value(text, { phase: 'L1-N' }), value(text, { phase: 'L2-N' })];
    expect(told(against('10'), against('510')).assessment.energyWh).toBe('1000');
  });

  it('leaves out a reading that states only some of the phases', () => {
    const { assessment, findings } = story(
      said({ kind: 'started', at: '08:00', readings: [reading('08:00', phases('100', '100', '100'))] }),
      said({ kind: 'updated', at: '09:00', readings: [reading('09:00', phases('400'))] }),
      said({ kind: 'ended', at: '10:00', readings: [reading('10:00', phases('600', '600', '600'))] }),
    );
    expect(assessment.energyWh).toBe('1500');
    expect(findings).toEqual(['phases-incomplete']);
  });

  it('adds phases that come one value to a reading', () => {
    const { assessment } = story(
      said({ kind: 'started', at: '08:00', readings: phases('1', '2', '3').map((one) => reading('08:00', [one])) }),
      said({ kind: 'ended', at: '10:00', readings: phases('11', '22', '33').map((one) => reading('10:00', [one])) }),
    );
    expect(assessment.energyWh).toBe('60');
  });

  it('takes the outlet where several places are metered, and says so where it takes another', () => {
    const places = (outlet: string, inlet: string) => [value(outlet), value(inlet, { location: 'Inlet' })];
    expect(told(places('0', '50'), places('1000', '1100')).assessment.energyWh).toBe('1000');
    const inlet = (text: string) => [value(text, { location: 'Inlet' })];
    const other = told(inlet('50'), inlet('1100'));
    expect(other.assessment.energyWh).toBe('1050');
    expect(other.findings).toEqual(['location-inferred']);
  });
});
