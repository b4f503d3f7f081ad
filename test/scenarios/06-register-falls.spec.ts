import type { Reading, Statement } from '@ledger/meter';
import { reading, said, story, type Story } from '../support/session-story';

const START = said({ kind: 'started', at: '08:00', register: '5000' });

function samples(...readings: readonly Reading[]): readonly Statement[] {
  return readings.map((one) => said({ kind: 'updated', at: one.at, readings: [one] }));
}

function told(stop: string, ...readings: readonly Reading[]): Story {
  return story(START, ...samples(...readings), said({ kind: 'ended', at: '10:00', register: stop }));
}

/** A start, readings every half hour, and a stop; registers of five digits of kWh end at 100,000,000 Wh. */
function nearTheEnd(...registers: readonly string[]): Story {
  const times = ['08:00', '08:30', '09:00', '09:30', '10:00'];
  return story(
    ...registers.map((register, index) => {
      const at = times[index] ?? '10:30';
      if (index === 0) return said({ kind: 'started', at, register });
      if (index === registers.length - 1) return said({ kind: 'ended', at, register });
      return said({ kind: 'updated', at, readings: [reading(at, register)] });
    }),
  );
}

describe('scenario 6: the register falls in the middle of a session', () => {
  it('adds the parts before and after a reset to zero, and marks it', () => {
    const reset = told('2500', reading('08:30', '8000'), reading('09:00', '0'), reading('09:30', '1500'));
    expect(reset.assessment).toMatchObject({ energyWh: '5500', registerStartWh: '5000', registerEndWh: '2500' });
    expect(reset.findings).toEqual(['register-reset']);
    expect(reset.held).toEqual([]);
  });

  it('adds the parts of two meters when the station reported the interruption', () => {
    const exchanged = told(
      '79000',
      reading('08:30', '8000', 'Interruption.Begin'),
      reading('09:00', '777', 'Interruption.End'),
      reading('09:30', '2777'),
    );
    expect(exchanged.findings).toContain('register-exchanged');
    expect(exchanged.assessment.energyWh).toBe('81223');
  });

  it('goes on across a roll-over that the readings beside it confirm', () => {
    const rolled = nearTheEnd('99997000', '99999000', '1000', '3000');
    expect(rolled.assessment.energyWh).toBe('6000');
    expect(rolled.findings).toEqual(['register-rolled-over']);
    expect(rolled.held).toEqual([]);
    const slower = nearTheEnd('99997000', '99999000', '950', '1000');
    expect(slower.assessment.energyWh).toBe('4000');
    expect(slower.held).toEqual([]);
  });

  it.each([
    ['the meter was reset before its range ended', ['99997000', '99999000', '400', '2400'], '1400', '2000'],
    ['the meter rolled over and was reset at once', ['99997600', '99999600', '40', '2040'], '440', '2000'],
    ['it fell between two charging powers', ['99997000', '99999000', '500', '1000'], '1500', '2000'],
    ['the register fell once more', ['99997000', '99999000', '1000', '0', '2000'], '2000', '2000'],
  ] as const)('holds what looks like a roll-over where perhaps %s', (_, values, value, bound) => {
    const unclear = nearTheEnd(...values);
    expect(unclear.findings).toContain('register-rolled-over');
    expect(unclear.held).toContain('roll-over-unconfirmed');
    const hold = unclear.assessment.holds.find(({ rule }) => rule === 'roll-over-unconfirmed');
    expect(hold).toMatchObject({ value, bound });
  });

  it('holds a roll-over that no reading stands beside, with the energy that is likely', () => {
    const alone = story(
      said({ kind: 'started', at: '08:00', register: '99995000' }),
      said({ kind: 'ended', at: '10:00', register: '4000' }),
    );
    expect(alone.assessment.energyWh).toBe('9000');
    expect(alone.findings).toEqual(['register-rolled-over']);
    expect(alone.held).toEqual(['roll-over-unconfirmed']);
    expect(alone.assessment.holds[0]).not.toHaveProperty('bound');
  });

  it('bills nothing across an exchange at the end of the range', () => {
    const exchanged = story(
      said({ kind: 'started', at: '08:00', register: '99990000' }),
      ...samples(reading('09:00', '99995000', 'Interruption.Begin'), reading('09:10', '3000', 'Interruption.End')),
      said({ kind: 'ended', at: '10:00', register: '5000' }),
    );
    expect(exchanged.findings).toEqual(['register-exchanged']);
    expect(exchanged.assessment.energyWh).toBe('7000');
  });

  it('holds an unexplained fall with what can be proven on both sides', () => {
    const fell = told('3000', reading('08:30', '8000'), reading('09:00', '1200'));
    expect(fell.assessment.energyWh).toBe('4800');
    expect(fell.findings).toEqual(['register-fell']);
    expect(fell.held).toEqual(['register-fell']);
    expect(fell.assessment.holds[0]).toMatchObject({ value: '1200', bound: '8000' });
  });

  it('never bills below zero: a stop under the start with nothing else is unmetered and held', () => {
    const fell = told('4000');
    expect(fell.assessment.energy).toBe('unmetered');
    expect(fell.assessment.energyWh).toBeUndefined();
    expect(fell.findings).toEqual(['register-fell', 'unmetered']);
    expect(fell.held).toEqual(['register-fell']);
  });

  it('holds a stop of zero after good readings and keeps what they prove', () => {
    const fell = told('0', reading('09:00', '8000'));
    expect(fell.assessment.energyWh).toBe('3000');
    expect(fell.held).toEqual(['register-fell']);
  });

  it('adds both meters where the readings before and after the exchange share one second', () => {
    const exchange = (before: string, after: string, stop: string): Story => {
      const readings = [reading('08:30', after, 'Interruption.End'), reading('08:30', before, 'Interruption.Begin')];
      const shared = said({ kind: 'updated', at: '08:30', readings });
      return story(START, shared, said({ kind: 'ended', at: '09:00', register: stop }));
    };
    const lower = exchange('8000', '2000', '2500');
    expect(lower.assessment.energyWh).toBe('3500');
    expect(lower.findings).toEqual(['register-exchanged']);
    expect(lower.held).toEqual([]);
    const higher = exchange('8000', '60000', '60500');
    expect(higher.assessment.energyWh).toBe('3500');
    expect(higher.findings).toEqual(['register-exchanged']);
  });

  it('leaves out one stray zero between two readings of a large register', () => {
    const stray = story(
      said({ kind: 'started', at: '08:00', register: '7000000' }),
      ...samples(reading('08:30', '7003000'), reading('08:45', '0'), reading('09:00', '7006000')),
      said({ kind: 'ended', at: '10:00', register: '7009000' }),
    );
    expect(stray.assessment.energyWh).toBe('9000');
    expect(stray.findings).toEqual(['register-stray']);
    expect(stray.held).toEqual([]);
  });

  it('holds one zero between two readings when it might as well have been a reset', () => {
    const unclear = told('9000', reading('08:30', '5500'), reading('08:45', '0'), reading('09:30', '6000'));
    expect(unclear.held).toEqual(['register-fell']);
    expect(unclear.assessment.energyWh).toBe('4000');
  });

  it('lets a register waver by a few watt-hours', () => {
    const wavered = told('9000', reading('08:30', '8000'), reading('08:31', '7995'), reading('09:00', '8500'));
    expect(wavered.assessment.energyWh).toBe('4000');
    expect(wavered.findings).toEqual(['register-wavered']);
    expect(wavered.held).toEqual([]);
  });

  it('says nothing where a whole number follows a finer reading', () => {
    const rounded = told('8000', reading('09:59', '8000.7'));
    expect(rounded.assessment.energyWh).toBe('3000.7');
    expect(rounded.findings).toEqual(['final-inferred']);
  });
});
