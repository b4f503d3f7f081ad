import { reading, said, story } from '../support/session-story';

const SAMPLE = said({ kind: 'updated', at: '08:15', readings: [reading('08:15', '909948')] });

describe('scenario 5: the begin register is 0 while offline, then the lifetime register appears', () => {
  it('bills what flowed after the first true register and explains the baseline', () => {
    const told = story(
      said({ kind: 'started', at: '08:00', offline: true, readings: [reading('08:00', '0', 'Transaction.Begin')] }),
      SAMPLE,
      said({ kind: 'ended', at: '08:30', readings: [reading('08:30', '910031', 'Transaction.End')] }),
    );
    expect(told.assessment).toMatchObject({ energyWh: '83', registerStartWh: '909948', registerEndWh: '910031' });
    expect(told.findings).toEqual(['baseline-inferred']);
    expect(told.held).toEqual([]);
  });

  it('does so for meterStart and meterStop too', () => {
    const told = story(
      said({ kind: 'started', at: '08:00', register: '0' }),
      SAMPLE,
      said({ kind: 'ended', at: '08:30', register: '910031' }),
    );
    expect(told.assessment.energyWh).toBe('83');
    expect(told.findings).toEqual(['baseline-inferred']);
  });

  it('does not know the energy when the only other register is that of the end', () => {
    const told = story(
      said({ kind: 'started', at: '08:00', register: '0' }),
      said({ kind: 'ended', at: '08:30', register: '910031' }),
    );
    expect(told.assessment.energy).toBe('unmetered');
    expect(told.findings).toEqual(['baseline-inferred', 'unmetered']);
  });

  it('takes meterStart where only the begin reading was empty', () => {
    const told = story(
      said({
        kind: 'started',
        at: '08:00',
        register: '909900',
        readings: [reading('08:00', '0', 'Transaction.Begin')],
      }),
      SAMPLE,
      said({ kind: 'ended', at: '08:30', register: '910031' }),
    );
    expect(told.assessment.energyWh).toBe('131');
    expect(told.findings).toEqual(['start-registers-differ']);
  });

  it('believes a register that really begins at zero', () => {
    const told = story(
      said({ kind: 'started', at: '08:00', register: '0' }),
      said({ kind: 'updated', at: '08:15', readings: [reading('08:15', '2500')] }),
      said({ kind: 'ended', at: '08:30', register: '5000' }),
    );
    expect(told.assessment.energyWh).toBe('5000');
    expect(told.findings).toEqual([]);
  });
});
